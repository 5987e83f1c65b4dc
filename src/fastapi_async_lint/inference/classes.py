"""Classes of the project: their bases, method resolution order and subclasses."""

from itertools import islice, product
from typing import TypeAlias

from fastapi_async_lint.facts import ExprId, Name, Subscript
from fastapi_async_lint.inference import annotations
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import EMPTY, Annotation, ClassObject, External, Instance, Value, Values, ordered
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


def type_argument(inference: Inference, receiver: Instance, owner: ClassRef, name: str) -> Values:
    """What the type variable `name` of the generic class `owner` stands for on this receiver; empty where nothing says so."""
    names = _type_variables(inference, owner)
    if name not in names:
        return EMPTY
    place = names.index(name)
    if receiver.ref == owner:
        return receiver.arguments[place] if place < len(receiver.arguments) else EMPTY
    for ancestor in mro(inference, receiver.ref):
        if not isinstance(ancestor, ClassRef):
            continue
        module = inference.program.modules[ancestor.module]
        for number in inference.program.definition(ancestor).bases:
            base = module.expressions[number]
            if not isinstance(base, Subscript) or ClassObject(owner) not in inference.evaluate(ancestor.module, base.value):
                continue
            items = annotations.items(inference, ancestor.module, base.index)
            if place < len(items):
                item = module.expressions[items[place]]
                if isinstance(item, Name) and item.id in _type_variables(inference, ancestor):
                    return type_argument(inference, receiver, ancestor, item.id)
                return annotations.annotated(inference, ancestor.module, items[place])
    return EMPTY


def _type_variables(inference: Inference, ref: ClassRef) -> list[str]:
    """The names of the class's type variables, in the order of their first use in its bases."""
    module = inference.program.modules[ref.module]
    names: list[str] = []
    for number in inference.program.definition(ref).bases:
        base = module.expressions[number]
        if isinstance(base, Subscript):
            for item in annotations.items(inference, ref.module, base.index):
                expression = module.expressions[item]
                if isinstance(expression, Name) and expression.id not in names and _is_type_variable(inference, ref.module, item):
                    names.append(expression.id)
    return names


def _is_type_variable(inference: Inference, module: int, number: ExprId) -> bool:
    values = inference.evaluate(module, number)
    return any(isinstance(value, External) and annotations.role_of(inference, value.path) == "type-variable" for value in values)


def external_bases(inference: Inference, ref: ClassRef) -> tuple[str, ...]:
    """The paths of the library classes in the MRO."""
    return tuple(base.path for base in mro(inference, ref) if isinstance(base, External))
