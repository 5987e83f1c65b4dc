"""A call -> an awaited call of something else: `time.sleep(1)` -> `await asyncio.sleep(1)`.

`call` is a PATH (parts/imports.py), or `.name`: the method of that name on the owner of the receiver, as in `upload.file.read(n)` ->
`await upload.read(n)`. `passes` is what goes with it: the `arguments` as they are, the `receiver` of the method alone (`future.result()` ->
`await asyncio.wrap_future(future)`), or `nothing`. Limits: arguments that would be dropped must be names or constants.
"""

import libcst as cst

from fastapi_async_lint.findings import Edit
from fastapi_async_lint.fixes.parts.awaiting import require_await_allowed
from fastapi_async_lint.fixes.parts.imports import named, wanted_of
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Piece, Replacement, Spot

KINDS = (cst.Call,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one call."""
    call = spot.node
    assert isinstance(call, cst.Call), "KINDS says so"
    require_await_allowed(spot.tree, call)
    callee, edits = _callee(spot, call)
    match spot.arguments.get("passes", "arguments"):
        case "arguments":
            made = call.with_changes(func=callee, lpar=(), rpar=())
        case "receiver":
            if call.args:
                raise Refusal("it is called with arguments, which have no place in the new call")
            made = cst.Call(callee, [cst.Arg(_receiver(call).value)])
        case "nothing":
            if not all(isinstance(arg.value, cst.Name | cst.BaseNumber | cst.SimpleString) for arg in call.args):
                raise Refusal("its arguments are computed, and the new call takes none")
            made = cst.Call(callee)
        case other:
            raise Refusal(f"the fix asks to pass {other}, which means nothing")
    return (Replacement(call, cst.Await(made)), *edits)


def _callee(spot: Spot, call: cst.Call) -> tuple[cst.BaseExpression, tuple[Edit, ...]]:
    path = spot.argument("call")
    if not path.startswith("."):
        naming = named(spot.tree, call, wanted_of(path))
        return naming.expression, naming.edits
    owned = _receiver(call).value
    if not isinstance(owned, cst.Attribute):
        raise Refusal("the object that owns the receiver is not named here")
    return cst.Attribute(owned.value, cst.Name(path[1:])), ()


def _receiver(call: cst.Call) -> cst.Attribute:
    if not isinstance(call.func, cst.Attribute):
        raise Refusal("it is no call of a method")
    return call.func
