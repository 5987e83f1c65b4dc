"""A call -> the same call in a worker thread: `f(a, *b, k=c, **d)` -> `await run(f, a, *b, k=c, **d)`.

`offloader`, `style` and `clashes` say by what and how: see parts/handing.py. The callee and the arguments are still evaluated on the loop, in
the same order as before, and only the call itself moves.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.handing import offloaded
from fastapi_async_lint.fixes.parts.pieces import Piece, Spot

KINDS = (cst.Call,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one call."""
    call = spot.node
    assert isinstance(call, cst.Call), "KINDS says so"
    return offloaded(spot, call.func, call)
