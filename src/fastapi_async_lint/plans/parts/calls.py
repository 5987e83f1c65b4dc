"""What the planners of a blocking call ask about it: its operation, its arguments, what its values may be."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import Operation, Runs
from fastapi_async_lint.chains.effects import is_certain
from fastapi_async_lint.facts import NOTHING, Attribute, Await, Call, Element, Entered, ExprId, Span
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.operands import operands


class Site(NamedTuple):
    """The call that a plan is about: the finding's own, or the one that makes what the finding iterates or enters."""

    module: Module
    number: ExprId
    call: Call
    span: Span
    operation: Operation | None
    """What it runs; None where it runs nothing that is known."""


def site(analysis: Analysis, blocking: BlockingCall) -> Site | None:
    """The finding's call; None if it is none (a property, an iteration of a name)."""
    module = analysis.program.modules[blocking.function.module]
    number = blocking.expression
    expression = module.expressions[number]
    if isinstance(expression, Element | Entered):
        number = expression.value
        expression = module.expressions[number]
    span = module.spans.get(number)
    if not isinstance(expression, Call) or span is None:
        return None
    return Site(module, number, expression, span, analysis.once(operations_by_place, blocking.function).get(number))


def operations_by_place(analysis: Analysis, ref: FunctionRef) -> dict[ExprId, Operation]:
    """The operations of a function, by their expressions."""
    found: dict[ExprId, Operation] = {}
    for operation in analysis.graph.operations(ref):
        found.setdefault(operation.expression, operation)
    return found


def within(module: Module, number: ExprId) -> Iterator[ExprId]:
    """The expression and those that it is made of, at any depth."""
    yield number
    for operand in operands(module.expressions[number]):
        yield from within(module, operand)


def is_used_as(module: Module, number: ExprId, kind: type[Entered | Element | Await]) -> bool:
    """A `with` enters what the expression gives, or a `for` iterates it."""
    return any(isinstance(module.expressions[parent], kind) for parent in module.parents.get(number, ()))


def is_known(operation: Operation | None) -> bool:
    """What is called is the only thing that may be called."""
    return operation is not None and is_certain(operation)


def functions(operation: Operation | None) -> list[Runs]:
    """The project's functions that the operation runs."""
    return [target for target in operation.targets if isinstance(target, Runs)] if operation is not None else []


def receiver(module: Module, call: Call) -> ExprId:
    """What the method is called on; NOTHING for a plain function."""
    function = module.expressions[call.function]
    return function.value if isinstance(function, Attribute) else NOTHING
