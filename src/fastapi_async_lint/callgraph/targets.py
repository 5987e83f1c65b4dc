"""What one operation in a function may do: the closed union of targets."""

from typing import NamedTuple, TypeAlias

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import ExprId
from fastapi_async_lint.inference.values import Value
from fastapi_async_lint.program import FunctionRef, Ref


class Runs(NamedTuple):
    """The body of a function of the project runs here, now. `through` is the helper's own call, where a helper runs its argument."""

    function: FunctionRef
    through: Ref | None = None


class Library(NamedTuple):
    """A library's callable runs here; its `level` and `category` are already judged by the arguments."""

    entry: Entry
    certain: bool


class Creates(NamedTuple):
    """A coroutine or generator object is made; its body runs elsewhere."""

    function: FunctionRef


class Hands(NamedTuple):
    """A callable is handed over: it will run `where`, as `context` says."""

    value: Value
    where: str
    context: str
    unwraps: bool
    injects: bool
    call: Ref


Target: TypeAlias = Runs | Library | Creates | Hands


class Operation(NamedTuple):
    """One expression that may run code: a call, a property, an iteration, entering a context manager."""

    expression: ExprId
    targets: tuple[Target, ...]
    resolved: bool
    """Every value that it may act on is known."""
    alternatives: int
    """How many values it may act on: with more than one, what a target does is likely at most."""
