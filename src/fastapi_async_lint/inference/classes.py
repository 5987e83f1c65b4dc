"""Classes of the project: their bases, method resolution order and subclasses."""

from typing import TypeAlias

from fastapi_async_lint.inference import annotations
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import Annotation, ClassObject, External, Unknown, Values
from fastapi_async_lint.program import ClassRef

Base: TypeAlias = ClassRef | External

_PENDING: tuple[object, ...] = ()


def bases(inference: Inference, ref: ClassRef) -> list[ClassObject | External]:
    """The direct bases that are known, in order; `Generic[T]`-like subscripts count as their class."""
    found: list[ClassObject | External] = []
    for number in inference.program.definition(ref).bases:
        for value in inference.evaluate(ref.module, number):
            if isinstance(value, ClassObject | External):
                found.append(value)
                break
            if isinstance(value, Annotation):
                instance = next(iter(annotations.instances(inference, value)), None)
                path = getattr(instance, "path", None)
                if path:
                    found.append(External(path))
                break
    return found


def mro(inference: Inference, ref: ClassRef) -> tuple[Base, ...]:
    """The class itself, then its known ancestors, nearest first: C3 where the bases allow it, depth first where they do not."""
    known = inference.linear.get(ref)
    if known is not None:
        return known or (ref,)  # type: ignore[return-value]
    inference.linear[ref] = _PENDING
    lines: list[list[Base]] = []
    direct: list[Base] = []
    for base in bases(inference, ref):
        if isinstance(base, External):
            direct.append(External(base.path))
            lines.append([External(path) for path in inference.catalogue.ancestors(base.path)])
        else:
            direct.append(base.ref)
            lines.append(list(mro(inference, base.ref)))
    order: tuple[Base, ...] = (ref, *_merged([*lines, direct]))
    inference.linear[ref] = order
    return order


def _merged(lines: list[list[Base]]) -> list[Base]:
    order: list[Base] = []
    lines = [list(line) for line in lines if line]
    while lines:
        head = next((line[0] for line in lines if not any(line[0] in other[1:] for other in lines)), lines[0][0])
        order.append(head)
        lines = [rest for line in lines if (rest := [item for item in line if item != head])]
    return order


def subclasses(inference: Inference, ref: ClassRef) -> tuple[ClassRef, ...]:
    """All direct and indirect subclasses in the project, in program order."""
    if inference.subclasses is None:
        inference.subclasses = {}
        found: dict[ClassRef, list[ClassRef]] = {}
        for module in inference.program.modules:
            for number in range(len(module.facts.classes)):
                own = ClassRef(module.number, number)
                for ancestor in mro(inference, own)[1:]:
                    if isinstance(ancestor, ClassRef):
                        found.setdefault(ancestor, []).append(own)
        inference.subclasses = {key: tuple(value) for key, value in found.items()}
    return inference.subclasses.get(ref, ())


def external_bases(inference: Inference, ref: ClassRef) -> tuple[str, ...]:
    """The paths of the library classes in the MRO."""
    return tuple(base.path for base in mro(inference, ref) if isinstance(base, External))


def has_unknown_base(inference: Inference, ref: ClassRef) -> bool:
    """Some base, of it or of an ancestor, could not be resolved."""
    for ancestor in mro(inference, ref):
        if isinstance(ancestor, ClassRef):
            for number in inference.program.definition(ancestor).bases:
                values: Values = inference.evaluate(ancestor.module, number)
                if not values or any(isinstance(value, Unknown) for value in values):
                    return True
    return False
