"""Type expressions -> the instances they describe: annotations in code, and types written in the catalogue."""

from collections.abc import Sequence

from fastapi_async_lint.catalogue import Type
from fastapi_async_lint.catalogue.types import OF_ARGUMENT
from fastapi_async_lint.facts import Call, Display, ExprId, Literal, Name, Operation, Subscript
from fastapi_async_lint.inference import calls, classes, generics, protocols
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    NONE,
    Annotation,
    ClassObject,
    Coroutine,
    External,
    ExternalInstance,
    Instance,
    Offloaded,
    Value,
    Values,
    is_instance_like,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import ClassRef

_SAYS_NOTHING = frozenset(("any-type", "type-variable", "self-type", "alias-type"))


def annotated(inference: Inference, module: int, number: ExprId) -> Values:
    """Instances of the type that an annotation names."""
    return inference.ask(("annotated", module, number), lambda: _annotated(inference, module, number))


def _annotated(inference: Inference, module: int, number: ExprId) -> Values:
    expression = inference.program.modules[module].expressions[number]
    match expression:
        case Literal(kind="None"):
            return frozenset((NONE,))
        case Operation(operator="|", left=left, right=right):
            return union(annotated(inference, module, left), annotated(inference, module, right))
        case Subscript(value=base):
            return (
                union(*(_generic(inference, module, expression, value) for value in ordered(inference.evaluate(module, base)))) or ANYTHING
            )
        case Name(id=name) if variable := generics.variable(inference, module, number, name):
            return frozenset((variable,))
        case _:
            return union(*(instances(inference, value) for value in ordered(inference.evaluate(module, number)))) or ANYTHING


def items(inference: Inference, module: int, index: ExprId) -> Sequence[ExprId]:
    """The expressions between the brackets of `X[...]`."""
    expression = inference.program.modules[module].expressions[index]
    return expression.items if isinstance(expression, Display) and expression.kind == "tuple" else (index,)


def arguments(inference: Inference, module: int, index: ExprId) -> tuple[Values, ...]:
    """The instances that the type arguments describe."""
    return tuple(annotated(inference, module, item) for item in items(inference, module, index))


def _generic(inference: Inference, module: int, expression: Subscript, base: Value) -> Values:
    inner = items(inference, module, expression.index)
    match base:
        case External(path=path):
            role = role_of(inference, path)
            if role in ("optional", "union", "annotated") and inner:
                return _special_form(inference, module, role, inner)
            if role == "class-of":
                return union(*(_classes(inference, module, item) for item in inner))
            if role == "callable-type":
                return frozenset((ExternalInstance(path, (annotated(inference, module, inner[-1]),)),)) if inner else ANYTHING
            if role == "literal-type":
                return frozenset((ExternalInstance("builtins.str"),))
            if role in _SAYS_NOTHING:
                return ANYTHING
            return frozenset((ExternalInstance(path, arguments(inference, module, expression.index)),))
        case ClassObject(ref=ref):
            return calls.made(inference, ref, arguments(inference, module, expression.index))
        case Annotation():
            return instances(inference, base)
        case _:
            return ANYTHING


def _special_form(inference: Inference, module: int, role: str, inner: Sequence[ExprId]) -> Values:
    if role == "optional":
        return union(annotated(inference, module, inner[0]), frozenset((NONE,)))
    if role == "union":
        return union(*(annotated(inference, module, item) for item in inner))
    declared = annotated(inference, module, inner[0])
    if known(declared):
        return declared
    return union(*(provided_by(inference, module, item) for item in inner[1:]))


def provided_by(inference: Inference, module: int, number: ExprId) -> Values:
    """What a marker such as `Depends(f)` gives to the parameter that it annotates or is the default of; empty for anything else."""
    expression = inference.program.modules[module].expressions[number]
    if not isinstance(expression, Call):
        return EMPTY
    for value in ordered(inference.evaluate(module, expression.function)):
        if isinstance(value, External):
            entry = inference.catalogue.function(value.path) or inference.catalogue.constructor(value.path)
            if entry and entry.returns and entry.returns.head == "provided":
                return inference.evaluate(module, number)
    return EMPTY


def role_of(inference: Inference, path: str) -> str:
    """The role that the catalogue gives a name; empty for none."""
    entry = inference.catalogue.function(path)
    return entry.role if entry else ""


def _classes(inference: Inference, module: int, number: ExprId) -> Values:
    return frozenset(value for value in inference.evaluate(module, number) if isinstance(value, ClassObject | External))


def instances(inference: Inference, value: Value) -> Values:
    """Instances of a class, or of what an alias stands for."""
    match value:
        case ClassObject(ref=ref, arguments=given):
            return calls.made(inference, ref, given)
        case External(path=path, arguments=given):
            role = role_of(inference, path)
            if role in _SAYS_NOTHING:
                return ANYTHING
            return frozenset((ExternalInstance(path, given),))
        case Annotation(ref=ref):
            return annotated(inference, ref.module, ref.expression)
        case _ if value == NONE:
            return frozenset((NONE,))
        case _:
            return ANYTHING


def is_type_union(inference: Inference, module: int, expression: Operation) -> bool:
    """`a | b` of types, as in an alias at module level."""
    for side in (expression.left, expression.right):
        values = known(inference.evaluate(module, side))
        for value in values:
            if isinstance(value, ClassObject | Annotation):
                return True
            if isinstance(value, External) and (inference.catalogue.is_class(value.path) or role_of(inference, value.path)):
                return True
    return False


def is_enum(inference: Inference, ref: ClassRef) -> bool:
    """Its class attributes are members, and indexing the class looks one up."""
    return any(inference.catalogue.is_of_kind(path, "enum") for path in classes.external_bases(inference, ref))


# ------------------------------------------------------------------------------------------------- the catalogue's types


def of_type(inference: Inference, type_: Type | None, receiver: Value | None = None, given: Arguments | None = None) -> Values:
    """The values that a catalogue type describes, for this receiver and these arguments."""
    if type_ is None:
        return ANYTHING
    head = type_.head
    if head == "|":
        return union(*(of_type(inference, member, receiver, given) for member in type_.arguments))
    if head == "self":
        return as_instance(receiver)
    if head == "None":
        return frozenset((NONE,))
    if len(head) == 2 and head[0] == "T" and head[1].isdigit():
        parts: tuple[Values, ...] = getattr(receiver, "arguments", ())
        return parts[int(head[1])] if int(head[1]) < len(parts) else ANYTHING
    if head in OF_ARGUMENT:
        return _of_argument(inference, type_, receiver, given)
    inner = tuple(of_type(inference, argument, receiver, given) for argument in type_.arguments)
    if head == "awaitable":
        return frozenset((Coroutine(inner[0] if inner else ANYTHING),))
    if head == "class":
        return frozenset((External(inference.catalogue.canonical(type_.arguments[0].head)),))
    if head == "Any":
        return ANYTHING
    path = inference.catalogue.canonical(head if "." in head else f"builtins.{head}")
    return frozenset((ExternalInstance(path, inner),))


def as_instance(receiver: Value | None) -> Values:
    """The receiver; of a method called on its class, an instance of that class."""
    if isinstance(receiver, ClassObject):
        return frozenset((Instance(receiver.ref, receiver.arguments),))
    return ANYTHING if receiver is None else frozenset((receiver,))


def _of_argument(inference: Inference, type_: Type, receiver: Value | None, given: Arguments | None) -> Values:
    position, name, default = None, "", None
    for argument in type_.arguments:
        if argument.head.isdigit():
            position = int(argument.head)
        elif "." in argument.head or argument.arguments or argument.head == "None":
            default = argument
        else:
            name = argument.head
    values = given.values(inference, position, name) if given is not None else None
    if values is None:
        return of_type(inference, default, receiver, given) if default is not None else ANYTHING
    match type_.head:
        case "arg":
            return values
        case "instance":
            return union(*(instances(inference, value) for value in ordered(values)))
        case "element":
            return union(*(protocols.element(inference, value, is_async=False) for value in ordered(values)))
        case "awaited":
            return union(*(protocols.awaited(inference, value) for value in ordered(values)))
        case "entered":
            return union(*(protocols.entered(inference, value, is_async=False) for value in ordered(values)))
        case "offloaded":
            return frozenset((Offloaded(values),))
        case "provided":
            return union(*(provided(inference, value) for value in ordered(values)))
        case _:
            return union(*(protocols.called(inference, value) for value in ordered(values)))


def provided(inference: Inference, callable_: Value) -> Values:
    """What dependency injection passes for a dependency: its result, awaited, or what it yields."""
    results = protocols.called(inference, callable_)
    found = []
    for result in ordered(results):
        match result:
            case Coroutine(results=values):
                found.append(values)
            case _ if protocols.is_generator(inference, result):
                found.append(protocols.element(inference, result, is_async=False) | protocols.element(inference, result, is_async=True))
            case _:
                found.append(frozenset((result,)))
    values = union(*found)
    return frozenset(value for value in values if is_instance_like(value)) or values or ANYTHING
