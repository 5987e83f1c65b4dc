"""What one operation in a function may do: the closed union of targets."""

from typing import NamedTuple, TypeAlias

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import ExprId
from fastapi_async_lint.inference.values import Value
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref


class Runs(NamedTuple):
    """The body of a function of the project runs here, now."""

    function: FunctionRef
    through: Ref | None = None
    """The helper's own call, where a helper runs its argument."""
    receiver: ClassRef | None = None
    """The class of the object that it is called on, where that is known."""


class Library(NamedTuple):
    """A library's callable runs here and blocks, as far as its arguments tell."""

    entry: Entry
    certain: bool
    through: Ref | None = None
    """The helper's own call, where a helper runs its argument."""


class Creates(NamedTuple):
    """A coroutine or generator object is made; its body runs elsewhere."""

    function: FunctionRef


class Hands(NamedTuple):
    """A value is handed over: it will be called, iterated, awaited or entered (`how`), `where` the catalogue says, as `context` words it;
    `starting` if that is only while the application starts or stops.
    """

    value: Value
    where: str
    how: str
    context: str
    unwraps: bool
    injects: bool
    methods: tuple[str, ...]
    call: Ref
    starting: bool = False


Target: TypeAlias = Runs | Library | Creates | Hands


class Operation(NamedTuple):
    """One expression that may run code: a call, a property, an iteration, entering a context manager."""

    expression: ExprId
    targets: tuple[Target, ...]
    resolved: bool
    """Every value that it may act on is known."""
    alternatives: int
    """How many values it may act on: with more than one, what a target does is likely at most."""
    on_receiver: bool = False
    """It is `self.method()`: the callee depends on the class of the caller's own receiver."""
