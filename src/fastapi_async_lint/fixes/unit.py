"""An expression -> the whole of it in a worker thread: `s.execute(q).all()` -> `await run(lambda: s.execute(q).all())`.

For chains of which every link blocks, and for calls whose arguments block. `offloader`, `style` and `clashes`: see parts/handing.py. Everything in
the expression moves, in its order. Limits: what cannot stand in a lambda, or would mean something else there, is refused.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.handing import offloaded
from fastapi_async_lint.fixes.parts.moving import reads_frame
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Piece, Spot, bare
from fastapi_async_lint.fixes.parts.walking import children

KINDS = (cst.BaseExpression,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one expression."""
    whole = spot.node
    assert isinstance(whole, cst.BaseExpression), "KINDS says so"
    _require_movable(whole)
    body = bare(whole)
    if isinstance(body, cst.Tuple | cst.GeneratorExp):
        body = body.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    moved = cst.Lambda(cst.Parameters(), body)
    return offloaded(spot, moved, cst.Call(moved))


def _require_movable(whole: cst.BaseExpression) -> None:
    waiting: list[tuple[cst.CSTNode, bool]] = [(whole, False)]
    while waiting:
        node, is_in_lambda = waiting.pop()
        match node:
            case cst.Await() | cst.CompFor(asynchronous=cst.Asynchronous()):
                raise Refusal("it awaits something, which a worker thread cannot")
            case cst.Yield() if not is_in_lambda:
                raise Refusal("it yields, which would happen in the wrong function")
            case cst.NamedExpr() if not is_in_lambda:
                raise Refusal("it binds a name, which would be bound in the wrong function")
            case cst.Call(func=cst.Name(value=name)) if reads_frame(node):
                raise Refusal(f"{name}() looks at the function that it is called in")
            case _:
                pass
        waiting.extend((child, is_in_lambda or isinstance(node, cst.Lambda)) for child in children(node))
