"""`value.name` -> what it may be, for every kind of value."""

from collections.abc import Iterable

from fastapi_async_lint.facts import NOTHING, AttributeBinding, Binding, ExprId, FunctionKind, Name, Parameter
from fastapi_async_lint.inference import annotations, calls, classes, generics, names
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    LIMIT,
    ClassObject,
    External,
    ExternalInstance,
    FunctionObject,
    Instance,
    Marked,
    Method,
    ModuleObject,
    NamespaceObject,
    Super,
    Value,
    Values,
    Wrapped,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import ClassRef

_METHODS = FunctionObject | Marked | Wrapped | Method
_SITES = 40
"""Assignments from outside (`obj.name = ...`) that are looked at for one attribute name."""


def read(inference: Inference, value: Value, name: str) -> Values:
    """What the attribute may be; reading a property gives what its getter returns."""
    match value:
        case ModuleObject(module=module):
            return names.member(inference, module, name)
        case NamespaceObject(importer=importer, name=package):
            number = inference.program.find_module(importer, f"{package}.{name}")
            if number is not None:
                return frozenset((ModuleObject(number),))
            inner = f"{package}.{name}"
            return frozenset((NamespaceObject(importer, inner),)) if inference.program.is_namespace(importer, inner) else ANYTHING
        case External(path=path):
            return _of_external(inference, path, name)
        case ExternalInstance():
            return _of_external_instance(inference, value, name)
        case Instance() | ClassObject() | Super():
            return inference.ask(("attribute", value, name), lambda: _of_own(inference, value, name))
        case Marked(role="property" | "cached-property") if name in ("setter", "deleter", "getter"):
            return frozenset((Marked("accessor", frozenset((value,))),))
        case _:
            return ANYTHING


def _of_external(inference: Inference, path: str, name: str) -> Values:
    catalogue = inference.catalogue
    if catalogue.is_class(path):
        type_ = catalogue.class_member(path, name)
        if type_ is not None:
            return annotations.of_type(inference, type_)
        member = catalogue.member(path, name)
        if member is not None and member.method is not None:
            return frozenset((Method(catalogue.canonical(path), name),))
    inner = catalogue.canonical(f"{path}.{name}")
    type_ = catalogue.object_type(inner)
    if type_ is None:
        owner = catalogue.object_type(path)
        if owner is not None:
            return union(*(read(inference, value, name) for value in ordered(annotations.of_type(inference, owner))))
        return frozenset((External(inner),))
    return annotations.of_type(inference, type_)


def _of_external_instance(inference: Inference, value: ExternalInstance, name: str) -> Values:
    member = inference.catalogue.member(value.path, name)
    if member is None:
        if inference.catalogue.is_open(value.path):
            return assigned(inference, value, name) or ANYTHING
        return ANYTHING
    if member.method is not None:
        return frozenset((Method(inference.catalogue.canonical(value.path), name, value),))
    if member.prop is not None:
        return annotations.of_type(inference, member.prop.returns, receiver=value)
    return annotations.of_type(inference, member.type, receiver=value)


def assigned(inference: Inference, value: ExternalInstance | Instance, name: str) -> Values:
    """What the program assigns to `x.name` wherever x may be such an instance."""
    found = []
    for module, binding in inference.program.attribute_bindings.get(name, ())[:_SITES]:
        bases = inference.evaluate(module, binding.base)
        if value in bases or (isinstance(value, ExternalInstance) and any(getattr(base, "path", "") == value.path for base in bases)):
            found.append(_bound(inference, module, binding, value))
    return union(*found)


def _bound(inference: Inference, module: int, binding: AttributeBinding, receiver: Value) -> Values:
    declared = EMPTY
    if binding.annotation != NOTHING:
        declared = generics.resolved(inference, annotations.annotated(inference, module, binding.annotation), receiver)
        if known(declared):
            return declared
    if binding.value == NOTHING:
        return declared if generics.is_open(declared) else EMPTY
    passed = _generic_parameter(inference, module, binding.value, receiver)
    return passed or generics.resolved(inference, inference.evaluate(module, binding.value), receiver)


def _generic_parameter(inference: Inference, module: int, number: ExprId, receiver: Value) -> Values:
    """What a parameter that is declared with type variables is on this receiver; empty where that says nothing."""
    facts = inference.program.modules[module]
    name = facts.expressions[number]
    if not isinstance(name, Name):
        return EMPTY
    for binding in facts.reaching(facts.scope_at(number), name.id, number):
        if binding.annotation != NOTHING and isinstance(facts.expressions[binding.value], Parameter):
            declared = annotations.annotated(inference, module, binding.annotation)
            here = generics.resolved(inference, declared, receiver)
            return here if here != declared and known(here) else EMPTY
    return EMPTY


def _of_own(inference: Inference, value: Instance | ClassObject | Super, name: str) -> Values:
    if isinstance(value, Instance) and name == "value" and value.arguments and annotations.is_enum(inference, value.ref):
        return value.arguments[0]
    found = read_class(inference, value, name)
    if (
        isinstance(value, ClassObject)
        and known(found)
        and not any(isinstance(item, _METHODS) for item in found)
        and annotations.is_enum(inference, value.ref)
    ):
        return frozenset((Instance(value.ref, (found,)),))
    values = union(*(_unwrapped(inference, item, value) for item in ordered(found)))
    if not known(values) and isinstance(value, Instance):
        values = union(values, assigned(inference, value, name))
    if not known(values) and isinstance(value, Instance | ClassObject):
        children = classes.subclasses(inference, value.ref)[:LIMIT]
        values = union(*(_of_subclass(inference, child, name, values) for child in children)) or values
    return values or ANYTHING


def _of_subclass(inference: Inference, ref: ClassRef, name: str, inherited: Values) -> Values:
    """A mixin or an abstract base reads what only its subclasses define, or say with their type arguments."""
    child = Instance(ref)
    return union(
        generics.resolved(inference, inherited, child),
        *(_unwrapped(inference, item, child) for item in ordered(_defined(inference, ref, name, child))),
    )


def _unwrapped(inference: Inference, item: Value, owner: Value) -> Values:
    """The result of a property's getter; any other value as it is."""
    if isinstance(item, Marked) and item.role in ("property", "cached-property") and not isinstance(owner, ClassObject):
        return union(*(calls.outcome(inference, getter, Arguments(0, ()), None) for getter in ordered(item.inner)))
    return frozenset((item,))


def read_class(inference: Inference, value: Instance | ClassObject | Super, name: str) -> Values:
    """The attribute as the class and its ancestors define it, bound to the instance; properties stay Marked. Empty if there is none.

    The first class in the MRO that defines a method decides; plain attributes are what any method of any class in the MRO assigns.
    An abstract method stands for its overrides.
    """
    receiver: Value = value.receiver if isinstance(value, Super) else value
    if isinstance(value, Super):
        own = receiver.ref if isinstance(receiver, Instance | ClassObject) else value.ref
        return union(
            *(
                _along(inference, order[order.index(value.ref) + 1 if value.ref in order else 1 :], name, receiver)
                for order in classes.orders(inference, own)
            )
        )
    values = union(*(_along(inference, order, name, receiver) for order in classes.orders(inference, value.ref)))
    return _with_overrides(inference, values, value, name)


def _along(inference: Inference, order: classes.Order, name: str, receiver: Value) -> Values:
    found = []
    for base in order:
        if isinstance(base, ClassRef):
            values = _defined(inference, base, name, receiver)
        else:
            values = _inherited(inference, base.path, name, receiver)
        found.append(values)
        if known(values):
            break
    return union(*found)


def _inherited(inference: Inference, path: str, name: str, receiver: Value) -> Values:
    member = inference.catalogue.member(path, name)
    if member is None:
        return EMPTY
    if member.method is not None:
        return frozenset((Method(inference.catalogue.canonical(path), name, receiver),))
    return annotations.of_type(inference, member.type, receiver=receiver) if member.type else EMPTY


def _with_overrides(inference: Inference, values: Values, receiver: Instance | ClassObject, name: str) -> Values:
    """Adds the overrides in subclasses where what was found is a stub."""
    if not values or not all(_is_stub(inference, value) for value in values):
        return values
    overrides = []
    for child in classes.subclasses(inference, receiver.ref):
        same = Instance(child) if isinstance(receiver, Instance) else ClassObject(child)
        overrides.append(frozenset(value for value in _defined(inference, child, name, same) if not _is_stub(inference, value)))
        if len(overrides) >= 12:
            break
    return union(*overrides) or values


def _is_stub(inference: Inference, value: Value) -> bool:
    match value:
        case FunctionObject(ref=ref):
            return inference.program.function(ref).is_stub
        case Marked(inner=inner):
            return all(_is_stub(inference, item) for item in inner)
        case _:
            return False


def _defined(inference: Inference, ref: ClassRef, name: str, receiver: Value) -> Values:
    """What one class itself says of an attribute: in its body, and by `self.name = ...` in its methods."""
    module = inference.program.modules[ref.module]
    scope = module.facts.classes[ref.definition].scope
    in_body = module.bindings.get((scope, name), ())
    own = inference.catalogue.own.names
    if own and in_body and (path := f"{module.source.module}.{module.facts.classes[ref.definition].qualname}.{name}") in own:
        inference.declared[path] = frozenset(
            item for item in _from_body(inference, ref, in_body, receiver) if isinstance(item, FunctionObject)
        )
        return frozenset((External(path),))
    values = _from_body(inference, ref, in_body, receiver)
    if any(isinstance(value, FunctionObject | Marked | Wrapped) for value in values):
        return values
    assigned_here = _self_bindings(inference, ref).get(name, ())
    declared = [binding for binding in assigned_here if binding.annotation != NOTHING]
    if known(values) and any(binding.annotation != NOTHING for binding in in_body):
        return values
    return union(values, *(_bound(inference, ref.module, binding, receiver) for binding in declared or assigned_here))


def _from_body(inference: Inference, ref: ClassRef, bindings: Iterable[Binding], receiver: Value) -> Values:
    found = []
    for binding in bindings:
        if binding.annotation != NOTHING:
            declared = generics.resolved(inference, annotations.annotated(inference, ref.module, binding.annotation), receiver)
            if known(declared):
                return declared
            if generics.is_open(declared):
                found.append(declared)
        if binding.value != NOTHING:
            found.append(union(*(bound(value, receiver) for value in inference.evaluate(ref.module, binding.value))))
    return union(*found)


def bound(value: Value, receiver: Value) -> Values:
    """A class attribute as seen through an instance or the class: functions get their receiver."""
    instance = isinstance(receiver, Instance)
    match value:
        case FunctionObject(ref=ref, receiver=None):
            return frozenset((FunctionObject(ref, receiver),)) if instance else frozenset((value,))
        case Marked(role="staticmethod", inner=inner):
            return inner
        case Marked(role="classmethod", inner=inner):
            owner = ClassObject(receiver.ref) if isinstance(receiver, Instance) else receiver
            return frozenset(FunctionObject(item.ref, owner) if isinstance(item, FunctionObject) else item for item in inner)
        case Marked(role=role, inner=inner):
            return frozenset((Marked(role, union(*(bound(item, receiver) for item in inner))),))
        case Wrapped(wrapper=wrapper, inner=inner, decorator=decorator, parameter=parameter):
            inside = union(*(bound(item, receiver) for item in inner))
            return frozenset((Wrapped(wrapper, inside, decorator, parameter),))
        case _:
            return frozenset((value,))


def _self_bindings(inference: Inference, ref: ClassRef) -> dict[str, list[AttributeBinding]]:
    """`self.name = value` in the methods of one class, by name."""
    key = ("self", ref)
    cache = inference.self_bindings
    if key not in cache:
        module = inference.program.modules[ref.module]
        for binding in module.facts.attribute_bindings:
            function = module.function_at(binding.base)
            while function != NOTHING and module.class_of(function) == NOTHING:
                function = module.enclosing_function(function)
            if function == NOTHING:
                continue
            facts = module.facts.functions[function]
            base = module.expressions[binding.base]
            if facts.kind is FunctionKind.DEF and facts.parameters and getattr(base, "id", "") == facts.parameters[0].name:
                owner = ClassRef(ref.module, module.class_of(function))
                cache.setdefault(("self", owner), {}).setdefault(binding.name, []).append(binding)
        cache.setdefault(key, {})
        for number in range(len(module.facts.classes)):
            cache.setdefault(("self", ClassRef(ref.module, number)), {})
    return cache[key]
