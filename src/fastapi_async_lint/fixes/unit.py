"""An expression -> the whole of it in a worker thread: `s.execute(q).all()` -> `await run(lambda: s.execute(q).all())`.

For chains of which every link blocks, and for calls whose arguments block. `offloader`, `style` and `clashes`: see parts/handing.py. Everything in
the expression moves, in its order. Limits: what cannot stand in a lambda, or would mean something else there, is refused.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.handing import offloaded
from fastapi_async_lint.fixes.parts.lambdas import as_lambda
from fastapi_async_lint.fixes.parts.pieces import Piece, Spot, bare

KINDS = (cst.BaseExpression,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one expression."""
    whole = spot.node
    assert isinstance(whole, cst.BaseExpression), "KINDS says so"
    body = bare(whole)
    if isinstance(body, cst.Tuple | cst.GeneratorExp):
        body = body.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    moved = as_lambda(body)
    return offloaded(spot, moved, cst.Call(moved))
