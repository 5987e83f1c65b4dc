"""An expression -> the lambda that gives it."""

import libcst as cst

from fastapi_async_lint.fixes.parts.moving import reads_frame
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.walking import children


def as_lambda(body: cst.BaseExpression) -> cst.Lambda:
    """`lambda: body`. Raises Refusal for what cannot stand in a lambda, or would mean something else there."""
    _require_fit(body)
    return cst.Lambda(cst.Parameters(), body)


def _require_fit(whole: cst.BaseExpression) -> None:
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
