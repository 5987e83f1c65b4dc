"""Classes of the project: their bases, method resolution order and subclasses."""

from itertools import islice, product
from typing import TypeAlias

from fastapi_async_lint.inference import annotations
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import Annotation, ClassObject, External, Value, ordered
from fastapi_async_lint.program import ClassRef

Base: TypeAlias = ClassRef | External
Order: TypeAlias = tuple[Base, ...]
"""A method resolution order."""

_MOST = 4
"""Orders of one class that are told apart."""


def bases(inference: Inference, ref: ClassRef) -> list[list[Base]]:
    """For each of the direct bases that are known, in order, the classes that it may be; `Generic[T]`-like subscripts count as their class."""
    found = []
    for number in inference.program.definition(ref).bases:
        alternatives = [base for value in ordered(inference.evaluate(ref.module, number)) for base in _classes(inference, value)]
        saying = [base for base in alternatives if base != _OBJECT]
        if saying or alternatives:
            found.append(list(dict.fromkeys(saying or alternatives)))
    return found


_OBJECT = External("builtins.object")


def _classes(inference: Inference, value: Value) -> list[Base]:
    match value:
        case ClassObject(ref=ref):
            return [ref]
        case External(path=path):
            return [External(path)]
        case Annotation():
            paths = (getattr(instance, "path", "") for instance in ordered(annotations.instances(inference, value)))
            return [External(path) for path in paths if path]
        case _:
            return []


def mro(inference: Inference, ref: ClassRef) -> Order:
    """The class itself, then its known ancestors, nearest first; where a base may be one of several classes, those of all of them."""
    every = orders(inference, ref)
    return every[0] if len(every) == 1 else tuple(dict.fromkeys(base for order in every for base in order))


def orders(inference: Inference, ref: ClassRef) -> tuple[Order, ...]:
    """The method resolution orders that the class may have: one, unless a base may be one of several classes. C3 where the bases allow it,
    the first in line where they do not.

    A class that inherits from itself ends the line; what was cut so is not kept for the classes in between.
    """
    known = inference.linear.get(ref)
    if known is not None:
        return known
    if ref in inference.open_classes:
        inference.cut_classes.add(ref)
        return ((ref,),)
    inference.open_classes.append(ref)
    lines = [[line for base in alternatives for line in _lines(inference, base)] for alternatives in bases(inference, ref)]
    every = [
        (ref, *(base for base in _merged([*chosen, tuple(line[0] for line in chosen)]) if base != ref))
        for chosen in islice(product(*lines), _MOST)
    ]
    found = tuple(dict.fromkeys(every))
    inference.open_classes.pop()
    inference.cut_classes.discard(ref)
    if not inference.cut_classes:
        inference.linear[ref] = found
    return found


def _lines(inference: Inference, base: Base) -> tuple[Order, ...]:
    """A base with its ancestors: the orders that it may have itself."""
    if isinstance(base, External):
        return (tuple(External(path) for path in inference.catalogue.ancestors(base.path)),)
    return orders(inference, base)


def _merged(sequences: list[Order]) -> list[Base]:
    order: list[Base] = []
    lines = [list(line) for line in sequences if line]
    while lines:
        head = next((line[0] for line in lines if not any(line[0] in other[1:] for other in lines)), lines[0][0])
        order.append(head)
        lines = [rest for line in lines if (rest := [item for item in line if item != head])]
    return order


def subclasses(inference: Inference, ref: ClassRef) -> tuple[ClassRef, ...]:
    """All direct and indirect subclasses in the project, in program order; none while a class's own ancestors are being found."""
    if inference.open_classes:
        return ()
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
