"""A call that gives a lazy iterable -> its items as a list, made in a worker thread: `p.glob("*")` -> `await run(list, p.glob("*"))`.

Handing the call itself to a thread would give the iterable back, and the work would be done on the loop, where it is iterated. `offloader`,
`style` and `clashes`: see parts/handing.py. The call is still made on the loop, which is right for calls that do nothing before the first item;
with `whole` it is made in the thread, too: `await run(lambda: list(os.scandir(p)))`.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.handing import offloaded, require_builtin, without_parentheses
from fastapi_async_lint.fixes.parts.lambdas import as_lambda
from fastapi_async_lint.fixes.parts.pieces import Piece, Spot

KINDS = (cst.Call,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one call."""
    call = spot.node
    assert isinstance(call, cst.Call), "KINDS says so"
    require_builtin(spot.tree, call, "list")
    maker = cst.Name("list")
    made = cst.Call(maker, [cst.Arg(without_parentheses(call))])
    if "whole" in spot.arguments:
        function = as_lambda(made)
        return offloaded(spot, function, cst.Call(function))
    return offloaded(spot, maker, made)
