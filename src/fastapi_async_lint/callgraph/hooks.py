"""Methods of a class that a library calls at occasions of its own: when an instance is made, or serialised."""

from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import external_bases, mro
from fastapi_async_lint.inference.values import FunctionObject, Instance
from fastapi_async_lint.program import ClassRef, FunctionRef


class Hooks:
    """By name, as the catalogue says of the library's base class, or registered by a decorator in the class body."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._registered: dict[tuple[ClassRef, str], set[FunctionRef]] = {}

    def register(self, owner: ClassRef, occasion: str, function: FunctionRef) -> None:
        """`function` is a hook of the class for that occasion (construct or serialise)."""
        self._registered.setdefault((owner, occasion), set()).add(function)

    def of(self, ref: ClassRef, occasion: str) -> list[FunctionRef]:
        """The class's hooks for the occasion, inherited ones included, in program order."""
        found: set[FunctionRef] = set()
        for path in external_bases(self._inference, ref):
            for hook in self._inference.catalogue.hooks(path):
                if hook.where == occasion:
                    for name in hook.names:
                        found.update(
                            item.ref for item in read_class(self._inference, Instance(ref), name) if isinstance(item, FunctionObject)
                        )
        for ancestor in mro(self._inference, ref):
            if isinstance(ancestor, ClassRef):
                found |= self._registered.get((ancestor, occasion), set())
        return sorted(found)
