"""A call -> its result: functions and classes of the project, callables of libraries, decorators and partials."""

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import NOTHING, Call, ExprId, Name, Subscript
from fastapi_async_lint.inference import annotations, attributes, classes, decorators, generics, protocols
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    NONE,
    Annotation,
    ClassObject,
    Coroutine,
    Decorating,
    External,
    ExternalInstance,
    FunctionObject,
    Generator,
    Instance,
    Manager,
    Marked,
    Method,
    Offloaded,
    Partial,
    Super,
    Value,
    Values,
    Wrapped,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref


def result(inference: Inference, module: int, number: ExprId, call: Call) -> Values:
    """What the call gives."""
    given = Arguments(module, call.arguments)
    return (
        union(*(outcome(inference, value, given, Ref(module, number)) for value in ordered(inference.evaluate(module, call.function))))
        or ANYTHING
    )


def outcome(inference: Inference, callee: Value, given: Arguments, call: Ref | None) -> Values:
    """What calling `callee` with these arguments gives. `call` is the call expression, if there is one."""
    match callee:
        case FunctionObject():
            return _of_function(inference, callee, given)
        case ClassObject(ref=ref, arguments=parameters):
            return made(inference, ref, parameters)
        case Instance():
            return protocols.call_method(inference, callee, "__call__") or ANYTHING
        case External(path=path):
            return _of_external(inference, path, callee.arguments, given, call)
        case ExternalInstance(path=path, arguments=parameters):
            if annotations.role_of(inference, path) == "callable-type":
                return parameters[0] if parameters else ANYTHING
            return _returned(inference, inference.catalogue.calling(path), callee, given, call)
        case Method(owner=owner, name=name, receiver=receiver):
            member = inference.catalogue.member(owner, name)
            bound = receiver if receiver is not None else ExternalInstance(owner)
            return _returned(inference, member.method if member else None, bound, given, call)
        case Wrapped(wrapper=wrapper, inner=inner):
            return _of_wrapped(inference, wrapper, inner, given)
        case Partial(inner=inner):
            return outcome(inference, inner, Arguments(given.module, ()), None)
        case Offloaded(inner=inner):
            return frozenset((Coroutine(union(*(outcome(inference, value, given, None) for value in ordered(inner))) or ANYTHING),))
        case Marked(role=role, inner=inner):
            return _of_marked(inference, role, inner, given)
        case Decorating():
            return decorators.applied(inference, callee, given.values(inference, 0) or ANYTHING)
        case Annotation():
            return annotations.instances(inference, callee)
        case _:
            return ANYTHING


def _returned(inference: Inference, entry: Entry | None, receiver: Value | None, given: Arguments, call: Ref | None) -> Values:
    if entry is None:
        return ANYTHING
    if entry.decorator in ("factory", "both") and call is not None and not _decorates_directly(inference, entry, given):
        return frozenset((Decorating(entry.path, call),))
    if entry.decorator in ("plain", "both"):
        target = given.values(inference, 0)
        if target is not None:
            return decorators.applied(inference, Decorating(entry.path), target)
    values = annotations.of_type(inference, entry.returns, receiver, given)
    return frozenset((Coroutine(values),)) if entry.coroutine else values


def _decorates_directly(inference: Inference, entry: Entry, given: Arguments) -> bool:
    """`decorator(f)`: its only argument is a callable of the project."""
    if entry.decorator != "both" or len(given.written) + len(given.leading) != 1:
        return False
    target = given.values(inference, 0)
    return target is not None and any(isinstance(value, FunctionObject | Wrapped | Marked | Method) for value in target)


def _of_function(inference: Inference, callee: FunctionObject, given: Arguments) -> Values:
    ref = callee.ref
    facts = inference.program.function(ref)
    if facts.is_generator:
        return frozenset((Generator(ref, callee.receiver),))
    values = _given_by(inference, ref)
    values = _on_receiver(inference, callee, _generic(inference, callee, given, values))
    return frozenset((Coroutine(values, ref),)) if facts.is_async else values


def _given_by(inference: Inference, ref: FunctionRef) -> Values:
    return inference.ask(("returns", ref), lambda: returned_by(inference, ref))


def returned_by(inference: Inference, ref: FunctionRef) -> Values:
    """What the function's body returns (awaited, if it is a coroutine function): its annotation, else the union of its `return`s."""
    facts = inference.program.function(ref)
    if facts.annotation != NOTHING:
        declared = annotations.annotated(inference, ref.module, facts.annotation)
        if known(declared) and not _is_abstract(inference, declared):
            return declared
        if declared == frozenset((NONE,)):
            return declared
    values = union(*(inference.evaluate(ref.module, number) for number in facts.returns))
    if facts.annotation != NOTHING and not known(values):
        values = union(values, annotations.annotated(inference, ref.module, facts.annotation))
    return values or frozenset((NONE,))


def _is_abstract(inference: Inference, declared: Values) -> bool:
    """The annotation is a class that says little: `object`, a protocol, `Callable`."""
    for value in ordered(known(declared)):
        match value:
            case ExternalInstance(path=path):
                if path != "builtins.object" and annotations.role_of(inference, path) != "callable-type":
                    return False
            case Instance(ref=ref):
                if not any(inference.catalogue.is_of_kind(path, "protocol") for path in classes.external_bases(inference, ref)):
                    return False
            case _:
                return False
    return True


def _on_receiver(inference: Inference, callee: FunctionObject, values: Values) -> Values:
    """The result with the type arguments of the receiver in it. Where they say what `-> T` is, the body is not asked."""
    annotation = inference.program.function(callee.ref).annotation
    if annotation != NOTHING:
        declared = annotations.annotated(inference, callee.ref.module, annotation)
        here = generics.resolved(inference, declared, callee.receiver)
        if here != declared and known(here):
            return here
    return generics.resolved(inference, values, callee.receiver)


def _generic(inference: Inference, callee: FunctionObject, given: Arguments, values: Values) -> Values:
    """`-> Self` and `-> T` where T is the type of a parameter: the receiver, or what is passed."""
    facts = inference.program.function(callee.ref)
    module = inference.program.modules[callee.ref.module]
    if facts.annotation == NOTHING:
        return values
    declared = module.expressions[facts.annotation]
    if not isinstance(declared, Name):
        return values
    for value in ordered(inference.evaluate(callee.ref.module, facts.annotation)):
        if isinstance(value, External) and annotations.role_of(inference, value.path) == "self-type":
            receiver = callee.receiver
            return annotations.as_instance(receiver) if receiver else values
    if known(values):
        return values
    offset = 1 if callee.receiver is not None else 0
    for index, parameter in enumerate(facts.parameters):
        if parameter.annotation == NOTHING:
            continue
        annotation = module.expressions[parameter.annotation]
        passed = given.values(inference, index - offset, parameter.name) if index >= offset else None
        if passed is None:
            continue
        if annotation == declared:
            return passed
        if isinstance(annotation, Subscript) and module.expressions[annotation.index] == declared:
            return union(
                *(annotations.instances(inference, value) for value in ordered(passed) if isinstance(value, ClassObject | External))
            )
    return values


def made(inference: Inference, ref: ClassRef, arguments: tuple[Values, ...] = ()) -> Values:
    """What constructing the class gives, and what an annotation with its name stands for: an instance, or what its `__new__` returns instead."""
    others = inference.ask(("made", ref), lambda: _made_instead(inference, ref))
    own = frozenset((Instance(ref, arguments),))
    return union(known(others), own if others - known(others) else EMPTY) or own


def _made_instead(inference: Inference, ref: ClassRef) -> Values:
    """The instances of other classes that its `__new__` returns, and UNKNOWN beside them if it returns anything else."""
    for value in ordered(known(attributes.read_class(inference, ClassObject(ref), "__new__"))):
        if isinstance(value, FunctionObject):
            results = _given_by(inference, value.ref)
            others = frozenset(item for item in results if isinstance(item, Instance) and ref not in classes.mro(inference, item.ref))
            if others:
                return others if others == results else others | ANYTHING
    return EMPTY


def _of_external(inference: Inference, path: str, parameters: tuple[Values, ...], given: Arguments, call: Ref | None) -> Values:
    entry = inference.catalogue.function(path)
    if entry is not None:
        return _of_role(inference, entry, given, call)
    constructor = inference.catalogue.constructor(path)
    if constructor is None:
        return ANYTHING
    made = ExternalInstance(path, parameters)
    if constructor.returns is not None and not parameters:
        return annotations.of_type(inference, constructor.returns, made, given)
    return frozenset((made,))


def _of_role(inference: Inference, entry: Entry, given: Arguments, call: Ref | None) -> Values:
    match entry.role:
        case "partial" if call is not None:
            inner = given.values(inference, 0)
            return frozenset(Partial(value, call) for value in inner or ())
        case "super" if call is not None:
            return _super(inference, call, given)
        case "property" | "cached-property" | "staticmethod" | "classmethod" | "context-manager" | "async-context-manager" as role:
            return decorators.marked(role, given.values(inference, 0) or ANYTHING)
        case "getattr":
            name = given.literal(inference, 1)
            owner = given.values(inference, 0)
            if name is None or not isinstance(name.value, str) or owner is None:
                return ANYTHING
            return union(*(attributes.read(inference, value, name.value) for value in owner))
        case "type-variable" | "alias-type":
            return frozenset((External(entry.path),))
        case _ if entry.returns is None and inference.declared.get(entry.path):
            return union(*(outcome(inference, value, given, call) for value in ordered(inference.declared[entry.path])))
        case _:
            return _returned(inference, entry, None, given, call)


def _super(inference: Inference, call: Ref, given: Arguments) -> Values:
    module = inference.program.modules[call.module]
    function = module.function_at(call.expression)
    while function != NOTHING and module.class_of(function) == NOTHING:
        function = module.enclosing_function(function)
    if function == NOTHING or given.written:
        return ANYTHING
    owner = ClassRef(call.module, module.class_of(function))
    bound = decorators.roles(inference, FunctionRef(call.module, function))
    receiver: Value = ClassObject(owner) if "classmethod" in bound else Instance(owner)
    return frozenset((Super(owner, receiver),))


def _of_wrapped(inference: Inference, wrapper: Value, inner: Values, given: Arguments) -> Values:
    """The wrapped function's result, as the wrapper hands it out: awaitable if the wrapper is a coroutine function."""
    outer = outcome(inference, wrapper, Arguments(given.module, ()), None)
    inside = union(*(outcome(inference, value, given, None) for value in ordered(inner)))
    coroutine = [value for value in outer if isinstance(value, Coroutine)]
    if coroutine:
        plain = union(*(value.results if isinstance(value, Coroutine) else frozenset((value,)) for value in inside))
        return frozenset((Coroutine(plain or ANYTHING, coroutine[0].origin),))
    if any(isinstance(value, Generator | Manager) for value in outer):
        return outer
    if known(inside):
        return inside
    return union(outer, inside) or EMPTY


def _of_marked(inference: Inference, role: str, inner: Values, given: Arguments) -> Values:
    if role in ("context-manager", "async-context-manager"):
        return union(*(_manager(value, role == "async-context-manager") for value in inner)) or ANYTHING
    return union(*(outcome(inference, value, given, None) for value in ordered(inner))) or ANYTHING


def _manager(value: Value, is_async: bool) -> Values:
    match value:
        case FunctionObject(ref=ref, receiver=receiver):
            return frozenset((Manager(ref, receiver, is_async),))
        case Wrapped(inner=inner):
            return union(*(_manager(item, is_async) for item in ordered(inner)))
        case _:
            return ANYTHING
