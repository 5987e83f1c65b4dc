"""Classes of the project: their bases, method resolution order and subclasses."""

from typing import TypeAlias

from fastapi_async_lint.facts import ExprId, Name, Subscript
from fastapi_async_lint.inference import annotations
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import EMPTY, Annotation, ClassObject, External, Instance, Values
from fastapi_async_lint.program import ClassRef

Base: TypeAlias = ClassRef | External


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
    """The class itself, then its known ancestors, nearest first: C3 where the bases allow it, the first in line where they do not.

    A class that inherits from itself ends the line; what was cut so is not kept for the classes in between.
    """
    known = inference.linear.get(ref)
    if known is not None:
        return known
    if ref in inference.open_classes:
        inference.cut_classes.add(ref)
        return (ref,)
    inference.open_classes.append(ref)
    lines: list[list[Base]] = []
    direct: list[Base] = []
    for base in bases(inference, ref):
        if isinstance(base, External):
            direct.append(External(base.path))
            lines.append([External(path) for path in inference.catalogue.ancestors(base.path)])
        else:
            direct.append(base.ref)
            lines.append(list(mro(inference, base.ref)))
    order: tuple[Base, ...] = (ref, *(base for base in _merged([*lines, direct]) if base != ref))
    inference.open_classes.pop()
    inference.cut_classes.discard(ref)
    if not inference.cut_classes:
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
