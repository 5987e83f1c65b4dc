"""`async def f(...)` -> `def f(...)`, for functions that FastAPI then runs in a worker thread.

The Change's span is the function's name. Its callers are other changes of the same plan (remove_await.py). Limits: a function that awaits anything
itself is refused; functions and lambdas in it are their own business.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.names import parameters
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Passage, Piece, Spot
from fastapi_async_lint.fixes.parts.walking import children

KINDS = (cst.Name,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The piece for one function."""
    tree = spot.tree
    function = tree.parent(spot.node)
    if not isinstance(function, cst.FunctionDef) or function.name is not spot.node:
        raise Refusal("it is not the name of a function")
    if function.asynchronous is None:
        raise Refusal(f"{function.name.value} is no coroutine function")
    _require_nothing_awaited(function)
    start, _ = tree.offsets(function)
    word = tree.module.code_for_node(function.asynchronous)
    if not tree.text.startswith(word, start):
        raise Refusal("the code is laid out in a way that cannot be reproduced")
    return (Passage(start, start + len(word), ""),)


def _require_nothing_awaited(function: cst.FunctionDef) -> None:
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        node = waiting.pop()
        match node:
            case cst.Await():
                raise Refusal("it awaits something")
            case cst.For(asynchronous=cst.Asynchronous()) | cst.With(asynchronous=cst.Asynchronous()):
                raise Refusal("it holds an async for or async with")
            case cst.CompFor(asynchronous=cst.Asynchronous()):
                raise Refusal("it holds an asynchronous comprehension")
            case cst.FunctionDef():
                waiting.extend((*node.decorators, *_defaults(node.params)))
            case cst.Lambda():
                waiting.extend(_defaults(node.params))
            case cst.GeneratorExp():
                waiting.append(node.for_in.iter)
            case _:
                waiting.extend(children(node))


def _defaults(params: cst.Parameters) -> list[cst.BaseExpression]:
    return [param.default for param in parameters(params) if param.default is not None]
