"""Whether an `await` may stand where a node stands: the last line of defence, whoever planned it.

Where the interpreter would refuse it, and where it would accept it and mean something else: in a generator expression, which it makes an
asynchronous one.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.tree import Tree


def require_await_allowed(tree: Tree, node: cst.CSTNode) -> None:
    """Refusal unless the node is evaluated by the body of a coroutine function, when that body runs."""
    is_beside_function = False
    for below, around in tree.ancestors(node):
        match around:
            case cst.Lambda() if below is around.body:
                raise Refusal("it stands in a lambda, which cannot await")
            case cst.GeneratorExp() if below is around.elt:
                raise Refusal("it stands in a generator expression, which an await would make asynchronous")
            case cst.CompFor() if below is not around.iter and isinstance(tree.parent(around), cst.GeneratorExp):
                raise Refusal("it stands in a generator expression, which an await would make asynchronous")
            case cst.Annotation() | cst.TypeAlias() | cst.TypeParameters():
                raise Refusal("it stands in an annotation")
            case cst.FunctionDef() if below is around.body:
                if around.asynchronous is None:
                    raise Refusal(f"it stands in {around.name.value}, which is no coroutine function")
                return
            case cst.FunctionDef():
                is_beside_function = True
            case cst.ClassDef() if below is around.body:
                raise Refusal("it stands in the body of a class")
            case _:
                pass
    raise Refusal(
        "it stands in a decorator or a default that no coroutine function evaluates"
        if is_beside_function
        else "it stands outside of any function"
    )


def nearest_function(tree: Tree, node: cst.CSTNode) -> cst.FunctionDef | None:
    """The function whose body holds the node, however deep in other things."""
    for below, around in tree.ancestors(node):
        if isinstance(around, cst.FunctionDef) and below is around.body:
            return around
    return None
