"""One expression -> its values, by the kind of expression."""

from fastapi_async_lint.facts import (
    NOTHING,
    Attribute,
    Await,
    Call,
    Caught,
    Choice,
    ClassValue,
    Comprehension,
    Display,
    Element,
    Entered,
    Expression,
    ExprId,
    FunctionKind,
    FunctionValue,
    Imported,
    Literal,
    Mapping,
    Name,
    Operation,
    Parameter,
    Subscript,
    Unpacked,
)
from fastapi_async_lint.inference import annotations, attributes, calls, decorators, names, parameters, protocols, registries
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    NONE,
    Annotation,
    ClassObject,
    External,
    ExternalInstance,
    Generator,
    Instance,
    Value,
    Values,
    container,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref, last_name


def evaluate(inference: Inference, module: int, number: ExprId) -> Values:
    """What the expression may be; ANYTHING where its kind says nothing."""
    expression: Expression = inference.program.modules[module].expressions[number]
    match expression:
        case Name():
            return names.read(inference, module, number, expression.id)
        case Attribute(value=base, name=name):
            return union(*(attributes.read(inference, value, name) for value in ordered(inference.evaluate(module, base)))) or ANYTHING
        case Call():
            return calls.result(inference, module, number, expression)
        case Literal(kind=kind):
            return frozenset((NONE,)) if kind == "None" else frozenset((ExternalInstance(f"builtins.{kind}"),))
        case Await(value=operand):
            return union(*(protocols.awaited(inference, value) for value in ordered(inference.evaluate(module, operand))))
        case Imported():
            return names.imported(inference, module, expression)
        case Parameter(function=function, index=index):
            return parameters.passed(inference, FunctionRef(module, function), index)
        case FunctionValue(function=function):
            return _function(inference, FunctionRef(module, function))
        case ClassValue(definition=definition):
            return frozenset((ClassObject(ClassRef(module, definition)),))
        case Element(value=operand, is_async=is_async):
            return union(*(protocols.element(inference, value, is_async) for value in ordered(inference.evaluate(module, operand))))
        case Entered(value=operand, is_async=is_async):
            return union(*(protocols.entered(inference, value, is_async) for value in ordered(inference.evaluate(module, operand))))
        case Unpacked(value=operand, index=index):
            return union(*(protocols.part(inference, value, index) for value in ordered(inference.evaluate(module, operand))))
        case Choice(options=options):
            return union(*(inference.evaluate(module, option) for option in options))
        case Subscript():
            return _item(inference, module, number, expression)
        case _:
            return _composed(inference, module, number, expression)


def _composed(inference: Inference, module: int, number: ExprId, expression: Expression) -> Values:
    match expression:
        case Display(kind="tuple", items=items):
            return container("tuple", *(inference.evaluate(module, item) for item in items))
        case Display(kind=kind, items=()):
            return container(kind, registries.functions_in(inference, module, number))
        case Mapping(keys=()):
            return container("dict", EMPTY, registries.functions_in(inference, module, number))
        case Display(kind=kind, items=items) | Comprehension(kind="list" | "set" as kind, items=items):
            return container(kind, union(*(inference.evaluate(module, item) for item in items)))
        case Comprehension(items=(key, value)):
            return container("dict", inference.evaluate(module, key), inference.evaluate(module, value))
        case Mapping(keys=keys, values=values):
            plain = [(key, value) for key, value in zip(keys, values, strict=True) if key != NOTHING]
            return container(
                "dict",
                union(*(inference.evaluate(module, key) for key, _ in plain)),
                union(*(inference.evaluate(module, value) for _, value in plain)),
            )
        case Operation(operator="|") if annotations.is_type_union(inference, module, expression):
            return frozenset((Annotation(Ref(module, number)),))
        case Operation(operator=operator, left=left, right=right):
            return _operation(inference, operator, inference.evaluate(module, left), inference.evaluate(module, right))
        case Caught(value=operand):
            return union(*(annotations.instances(inference, value) for value in ordered(inference.evaluate(module, operand))))
        case _:
            return ANYTHING


def _function(inference: Inference, ref: FunctionRef) -> Values:
    facts = inference.program.function(ref)
    if facts.kind is FunctionKind.GENERATOR_EXPRESSION:
        return frozenset((Generator(ref),))
    return decorators.decorated(inference, ref)


def _operation(inference: Inference, operator: str, left: Values, right: Values) -> Values:
    found: list[Values] = []
    for operand in ordered(known(left) | known(right)):
        match operand:
            case ExternalInstance(path=path, arguments=arguments):
                result = inference.catalogue.operator(path, operator)
                if result is not None:
                    found.append(annotations.of_type(inference, result, receiver=operand))
                elif operator in "+*" and arguments:
                    found.append(frozenset((operand,)))
                elif path in ("builtins.str", "builtins.bytes", "builtins.int", "builtins.float"):
                    found.append(frozenset((operand,)))
            case _:
                pass
    paths = [
        values
        for values in found
        if any(isinstance(value, ExternalInstance) and not value.path.startswith("builtins.") for value in values)
    ]
    return union(*(paths or found)) or ANYTHING


def _item(inference: Inference, module: int, number: ExprId, expression: Subscript) -> Values:
    index = inference.program.modules[module].expressions[expression.index]
    bases = inference.evaluate(module, expression.value)
    values = union(*(_item_of(inference, Ref(module, number), expression, index, value) for value in ordered(bases)))
    if not known(values):
        values = union(values, _assigned_items(inference, module, expression.value))
    return values or ANYTHING


def _item_of(inference: Inference, ref: Ref, expression: Subscript, index: Expression, value: Value) -> Values:
    match value:
        case External(path=path):
            entry = inference.catalogue.function(path)
            if (entry and entry.role) or not inference.catalogue.is_class(path):
                return frozenset((Annotation(ref),))
            return frozenset((External(path, annotations.arguments(inference, ref.module, expression.index)),))
        case ClassObject(ref=definition):
            if not annotations.is_enum(inference, definition):
                return frozenset((ClassObject(definition, annotations.arguments(inference, ref.module, expression.index)),))
            return frozenset((Instance(definition),))
        case ExternalInstance(path="builtins.tuple", arguments=arguments) if isinstance(index, Literal) and isinstance(index.value, int):
            return protocols.part(inference, value, index.value) if arguments else EMPTY
        case ExternalInstance(path=path):
            entry = inference.catalogue.indexing(path)
            return annotations.of_type(inference, entry.returns, receiver=value) if entry and entry.returns else EMPTY
        case Instance():
            return protocols.call_method(inference, value, "__getitem__")
        case Annotation():
            return frozenset((value,))
        case _:
            return ANYTHING


def _assigned_items(inference: Inference, module: int, base: ExprId) -> Values:
    """What `base[...] = value` statements put there, wherever the same container is written under the same last name."""
    name = last_name(inference.program.modules[module].expressions[base])
    sites = inference.program.item_bindings.get(name, ()) if name else ()
    found = [inference.evaluate(place, binding.value) for place, binding in sites if place == module][:8]
    return union(*found)
