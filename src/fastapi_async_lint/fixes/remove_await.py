"""An await -> what it awaited: `(await f()).x` -> `f().x`, for a function that is a coroutine function no more.

Parentheses that only the await needed go with it, unless they hold a line break.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.pieces import Piece, Replacement, Spot

KINDS = (cst.Await,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one await."""
    awaiting = spot.node
    assert isinstance(awaiting, cst.Await), "KINDS says so"
    return (Replacement(awaiting, awaiting.expression),)
