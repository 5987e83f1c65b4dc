"""What the language's protocols give for a value: awaiting, iterating, entering, unpacking, calling it."""

from fastapi_async_lint.facts import NOTHING
from fastapi_async_lint.inference import annotations, attributes, calls, decorators, generics
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    Coroutine,
    ExternalInstance,
    FunctionObject,
    Generator,
    Instance,
    Manager,
    Marked,
    Method,
    Offloaded,
    Partial,
    Value,
    Values,
    Wrapped,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import FunctionRef


def awaited(inference: Inference, value: Value) -> Values:
    """What `await value` gives."""
    match value:
        case Coroutine(results=results):
            return results
        case ExternalInstance(path=path):
            type_ = inference.catalogue.awaited(path)
            return annotations.of_type(inference, type_, receiver=value) if type_ else ANYTHING
        case _:
            return ANYTHING


def is_generator(inference: Inference, value: Value) -> bool:
    """It is a generator, started or not."""
    return isinstance(value, Generator) or (
        isinstance(value, ExternalInstance) and annotations.role_of(inference, value.path) == "generator-type"
    )


def element(inference: Inference, value: Value, is_async: bool) -> Values:
    """One element of the iterable."""
    match value:
        case Generator(ref=ref, receiver=receiver):
            return generics.resolved(inference, yielded(inference, ref), receiver)
        case ExternalInstance(path="builtins.tuple", arguments=parts):
            return union(*parts)
        case ExternalInstance(path=path, arguments=parts):
            if annotations.role_of(inference, path) == "generator-type":
                return parts[0] if parts else ANYTHING
            entry = inference.catalogue.iterating(path, is_async)
            return annotations.of_type(inference, entry.returns, receiver=value) if entry and entry.returns else ANYTHING
        case Instance():
            iterator = call_method(inference, value, "__aiter__" if is_async else "__iter__")
            found = [element(inference, item, is_async) for item in ordered(known(iterator)) if item != value]
            if found:
                return union(*found)
            following = call_method(inference, value, "__anext__" if is_async else "__next__")
            return union(*(awaited(inference, item) for item in ordered(following))) if is_async else following or ANYTHING
        case _:
            return ANYTHING


def yielded(inference: Inference, ref: FunctionRef) -> Values:
    """What a generator function of the project yields: by its annotation, else by its `yield`s."""
    return inference.ask(("yielded", ref), lambda: _yielded(inference, ref))


def _yielded(inference: Inference, ref: FunctionRef) -> Values:
    facts = inference.program.function(ref)
    if facts.annotation != NOTHING:
        declared = known(annotations.annotated(inference, ref.module, facts.annotation))
        elements = union(*(value.arguments[0] for value in declared if isinstance(value, ExternalInstance) and value.arguments))
        if known(elements):
            return elements
    return union(*(inference.evaluate(ref.module, number) for number in facts.yields)) or ANYTHING


def entered(inference: Inference, value: Value, is_async: bool) -> Values:
    """What `with value as x` (or `async with`) binds."""
    match value:
        case Manager(ref=ref, receiver=receiver):
            return generics.resolved(inference, yielded(inference, ref), receiver)
        case ExternalInstance(path=path):
            entry = inference.catalogue.entering(path, is_async)
            if entry is not None and entry.returns:
                return annotations.of_type(inference, entry.returns, receiver=value)
            return frozenset((value,))
        case Instance():
            result = call_method(inference, value, "__aenter__" if is_async else "__enter__")
            if is_async:
                result = union(*(awaited(inference, item) for item in ordered(result)))
            return result if known(result) else union(result, frozenset((value,)))
        case Coroutine(results=results) if is_async:
            return union(*(entered(inference, item, is_async) for item in ordered(results)))
        case _:
            return ANYTHING


def part(inference: Inference, value: Value, index: int) -> Values:
    """Item `index` of an unpacked iterable."""
    match value:
        case ExternalInstance(path="builtins.tuple", arguments=parts) if index != NOTHING and abs(index) < len(parts) + (index < 0):
            if len(parts) == 2 and _is_ellipsis(parts[1]):
                return parts[0]
            return parts[index]
        case _:
            return element(inference, value, is_async=False)


def _is_ellipsis(values: Values) -> bool:
    return any(isinstance(value, ExternalInstance) and value.path == "builtins.Ellipsis" for value in values)


def called(inference: Inference, value: Value) -> Values:
    """What calling the value gives when nothing is known of the arguments."""
    return calls.outcome(inference, value, Arguments(0, ()), None)


def call_method(inference: Inference, receiver: Instance, name: str) -> Values:
    """What calling a (special) method of an instance gives; empty where its class has none."""
    found = attributes.read_class(inference, receiver, name)
    return union(*(called(inference, value) for value in ordered(known(found)))) if found else EMPTY


def is_async_callable(inference: Inference, value: Value, unwraps: bool = False) -> bool:
    """Calling it makes a coroutine or an async generator: what FastAPI and Starlette ask before they choose between loop and thread."""
    match value:
        case FunctionObject(ref=ref):
            return inference.program.function(ref).is_async
        case Partial(inner=inner):
            return is_async_callable(inference, inner, unwraps)
        case Wrapped(wrapper=wrapper, inner=inner):
            if is_async_callable(inference, wrapper):
                return True
            return (
                unwraps
                and _shows_wrapped(inference, wrapper)
                and any(is_async_callable(inference, item, unwraps) for item in ordered(inner))
            )
        case Marked(inner=inner):
            return any(is_async_callable(inference, item, unwraps) for item in ordered(inner))
        case Instance():
            return any(is_async_callable(inference, item, unwraps) for item in ordered(attributes.read_class(inference, value, "__call__")))
        case Method(owner=owner, name=name):
            member = inference.catalogue.member(owner, name)
            return bool(member and member.method and member.method.coroutine)
        case Offloaded():
            return True
        case _:
            return False


def _shows_wrapped(inference: Inference, wrapper: Value) -> bool:
    """The wrapper carries `__wrapped__`: it is decorated with `functools.wraps`, or an instance (whose class most likely updates itself)."""
    if not isinstance(wrapper, FunctionObject) or wrapper.receiver is not None:
        return True
    return "wraps" in decorators.roles(inference, wrapper.ref)
