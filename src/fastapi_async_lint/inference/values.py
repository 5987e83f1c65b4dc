"""What an expression may be at run time: a closed union of hashable values, and sets of them.

The empty set says "nothing is known". UNKNOWN inside a set says "and something that we do not know". Both are silent.
"""

from collections.abc import Collection, Sequence
from typing import TypeAlias

import msgspec

from fastapi_async_lint.program import ClassRef, FunctionRef, Ref

LIMIT = 12
"""A set of more values is cut to this many: what can be anything says nothing."""


class OneValue(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """A value; equal only to a value of the same kind (tuples of different kinds would be equal)."""


class Unknown(OneValue, frozen=True, cache_hash=True):
    """Something that is not known."""

    what: str = ""


class TypeVariable(Unknown, frozen=True, cache_hash=True):
    """What a type variable of the generic class `owner` stands for (`what` is its name): not known until a receiver is."""

    owner: ClassRef = ClassRef(-1, -1)


class Nothing(OneValue, frozen=True, cache_hash=True):
    """None."""

    none: str = "None"


class ModuleObject(OneValue, frozen=True, cache_hash=True):
    """A module of the project."""

    module: int


class NamespaceObject(OneValue, frozen=True, cache_hash=True):
    """A folder of the project without `__init__.py`, as some module imports it."""

    importer: int
    name: str


class FunctionObject(OneValue, frozen=True, cache_hash=True):
    """A function of the project, undecorated; `receiver` is bound as its first argument."""

    ref: FunctionRef
    receiver: "Value | None" = None


class ClassObject(OneValue, frozen=True, cache_hash=True):
    """A class of the project; `arguments` are its type arguments."""

    ref: ClassRef
    arguments: tuple["Values", ...] = ()


class Instance(OneValue, frozen=True, cache_hash=True):
    """An instance of a class of the project."""

    ref: ClassRef
    arguments: tuple["Values", ...] = ()


class Super(OneValue, frozen=True, cache_hash=True):
    """`super()` in a method of `ref`: what stands behind it in the receiver's MRO."""

    ref: ClassRef
    receiver: "Value"


class External(OneValue, frozen=True, cache_hash=True):
    """A function, class, module or object of a library, by its canonical dotted name; `arguments` are a class's type arguments."""

    path: str
    arguments: tuple["Values", ...] = ()


class ExternalInstance(OneValue, frozen=True, cache_hash=True):
    """An instance of a library's class. Containers are such: `builtins.list` with its elements' values as argument 0."""

    path: str
    arguments: tuple["Values", ...] = ()


class Method(OneValue, frozen=True, cache_hash=True):
    """A method of a library's class, bound to its receiver (None: the plain function on the class)."""

    owner: str
    name: str
    receiver: "Value | None" = None


class Coroutine(OneValue, frozen=True, cache_hash=True):
    """What awaiting gives `results`. `origin` is the project's coroutine function that made it."""

    results: "Values"
    origin: FunctionRef | None = None


class Generator(OneValue, frozen=True, cache_hash=True):
    """A generator that has not started yet, of a generator function or generator expression of the project."""

    ref: FunctionRef
    receiver: "Value | None" = None


class Manager(OneValue, frozen=True, cache_hash=True):
    """A context manager made by a `@contextmanager` function: entering and leaving run its body."""

    ref: FunctionRef
    receiver: "Value | None" = None
    is_async: bool = False


class Marked(OneValue, frozen=True, cache_hash=True):
    """A function under a decorator that changes what it is: the role is property, staticmethod, classmethod, context-manager, ..."""

    role: str
    inner: "Values"


class Decorating(OneValue, frozen=True, cache_hash=True):
    """A library's decorator, ready to be applied: `path` names its entry; made by the call `call`, if it was a factory."""

    path: str
    call: Ref | None = None


class Wrapped(OneValue, frozen=True, cache_hash=True):
    """A function under a decorator of the project: calling it calls `wrapper`, which may call `inner`, the `parameter` of `decorator`."""

    wrapper: "Value"
    inner: "Values"
    decorator: FunctionRef
    parameter: int


class Partial(OneValue, frozen=True, cache_hash=True):
    """`functools.partial(inner, ...)`; `call` made it."""

    inner: "Value"
    call: Ref


class Offloaded(OneValue, frozen=True, cache_hash=True):
    """A callable that runs `inner` in a worker thread and returns an awaitable."""

    inner: "Values"


class Annotation(OneValue, frozen=True, cache_hash=True):
    """A type expression used as a value: an alias such as `SessionDep = Annotated[Session, Depends(get_session)]`."""

    ref: Ref


Value: TypeAlias = (
    Unknown
    | Nothing
    | ModuleObject
    | NamespaceObject
    | FunctionObject
    | ClassObject
    | Instance
    | Super
    | External
    | ExternalInstance
    | Method
    | Coroutine
    | Generator
    | Manager
    | Marked
    | Decorating
    | Wrapped
    | Partial
    | Offloaded
    | Annotation
)
Values: TypeAlias = frozenset[Value]

UNKNOWN = Unknown()
NONE = Nothing()
EMPTY: Values = frozenset()
ANYTHING: Values = frozenset((UNKNOWN,))


def union(*sets: Values) -> Values:
    """All values of the sets; cut to UNKNOWN and LIMIT of them, chosen by their text, when there are more."""
    found = EMPTY.union(*sets)
    if len(found) <= LIMIT:
        return found
    return frozenset(ordered(found)[:LIMIT]) | ANYTHING


def ordered(values: Collection[Value]) -> Sequence[Value]:
    """The values in the order of their texts. The order of a set is another in each process: whatever iterates over values, and asks
    further questions or takes the first that fits, goes by this one.
    """
    return sorted(values, key=_text) if len(values) > 1 else tuple(values)


def _text(part: object) -> str:
    """What tells a value from all others, the same in every process."""
    if isinstance(part, frozenset):
        return f"{{{', '.join(sorted(map(_text, part)))}}}"
    if type(part) is tuple:
        return f"({', '.join(map(_text, part))})"
    if isinstance(part, OneValue):
        return f"{type(part).__name__}({', '.join(_text(getattr(part, field)) for field in part.__struct_fields__)})"
    return repr(part)


def known(values: Values) -> Values:
    """The values without UNKNOWN and None."""
    return frozenset(value for value in values if not isinstance(value, Unknown | Nothing))


def is_instance_like(value: Value) -> bool:
    """It is an object with attributes, not a class, function or module."""
    return isinstance(value, Instance | ExternalInstance)


def container(kind: str, *elements: Values) -> Values:
    """An instance of a builtin container."""
    return frozenset((ExternalInstance(f"builtins.{kind}", elements),))
