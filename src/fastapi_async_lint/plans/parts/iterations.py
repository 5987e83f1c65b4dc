"""A call whose result a loop or comprehension goes through -> how it is gone through, and what that does which could change what is to come."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import Creates, Hands, Library, Operation, Runs
from fastapi_async_lint.facts import NOTHING, Call, Element, ExprId, FunctionKind, Name, ScopeKind, Unpacked
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.calls import Site
from fastapi_async_lint.spelling import spell


class _Body(NamedTuple):
    """What runs for each item: the function's expressions with start <= number < end."""

    function: FunctionRef
    start: ExprId
    end: ExprId


def works_when_iterated(analysis: Analysis, found: Site) -> bool:
    """What the call gives does its work while it is gone through."""
    iterating = [_iterating(analysis, value) for value in known(analysis.graph.inference.evaluate(found.module.number, found.number))]
    return bool(iterating) and all(iterating)


def is_whole(analysis: Analysis, found: Site) -> bool:
    """What the call gives has all its items, as a list has."""
    values = analysis.graph.inference.evaluate(found.module.number, found.number)
    return bool(values) and len(values) == len(known(values)) and not any(_iterating(analysis, value) for value in values)


def _iterating(analysis: Analysis, value: object) -> bool:
    """Going through it blocks; so may going through what is no library's object."""
    if not isinstance(value, ExternalInstance):
        return True
    entry = analysis.graph.inference.catalogue.iterating(value.path, is_async=False)
    return entry is not None and bool(entry.blocks)


def going_on(analysis: Analysis, found: Site) -> Iterator[str]:
    """What is done for each item that could change what is still to come: files that it reads or changes, calls that are not known."""
    for element in _elements(found.module, found.number):
        for body in _bodies(found.module, element):
            for operation in analysis.graph.operations(body.function):
                if body.start <= operation.expression < body.end and _may_change(analysis, found.module, body.function, operation):
                    call = spell(found.module.expressions, operation.expression)
                    yield f"the loop calls {call}, which may change what is still to be iterated"
                    return


def changes_items(analysis: Analysis, found: Site) -> bool:
    """The loop changes an object that one of its targets names: `os.walk` goes only where the list of folders says."""
    module = found.module
    for element in _elements(module, found.number):
        targets = {binding.name for binding in module.facts.bindings if _source(module, binding.value) == element}
        for body in _bodies(module, element):
            bases = [item.base for item in module.facts.item_bindings] + [deleted.base for deleted in module.facts.deletions]
            changed = [base for base in bases if body.start <= base < body.end]
            for number in range(body.start, body.end):
                changed += analysis.hazards.shared_state.changed_by(module, number)
            names = [module.expressions[number] for number in changed]
            if any(isinstance(name, Name) and name.id in targets for name in names):
                return True
    return False


def _elements(module: Module, number: ExprId) -> list[ExprId]:
    return [parent for parent in module.parents.get(number, ()) if isinstance(module.expressions[parent], Element)]


def _source(module: Module, value: ExprId) -> ExprId:
    """What is unpacked in the end."""
    while value != NOTHING and isinstance(part := module.expressions[value], Unpacked):
        value = part.value
    return value


def _bodies(module: Module, element: ExprId) -> Iterator[_Body]:
    """What runs for each item: a `for`'s suite, the rest of a comprehension, and where that is a generator expression, what goes through it."""
    function = FunctionRef(module.number, module.function_at(element))
    yield from (_Body(function, block.start, block.end) for block in module.facts.blocks if block.over == element)
    scope = module.facts.scopes[module.scope_at(element)]
    if scope.kind is ScopeKind.COMPREHENSION:
        yield _Body(function, element + 1, scope.end)
    elif function.function != NOTHING and module.facts.functions[function.function].kind is FunctionKind.GENERATOR_EXPRESSION:
        yield _Body(function, element + 1, scope.end)
        for consumer in _elements(module, module.function_values[function.function]):
            yield from _bodies(module, consumer)


def _may_change(analysis: Analysis, module: Module, ref: FunctionRef, operation: Operation) -> bool:
    """It works on files, other than asking whether they are there, runs a process or code of the project, or is a call that is not known."""
    touched = {target.entry.category for target in operation.targets if isinstance(target, Library)}
    looks = touched == {"path"} and operation.expression not in analysis.once(_changing, ref)
    is_unknown = isinstance(module.expressions[operation.expression], Call) and not operation.resolved
    runs = any(isinstance(target, Runs | Creates | Hands) for target in operation.targets)
    return is_unknown or runs or (not looks and not touched.isdisjoint(("file", "path", "subprocess")))


def _changing(analysis: Analysis, ref: FunctionRef) -> frozenset[ExprId]:
    return frozenset(access.at for access in analysis.hazards.file_uses.accesses(ref) if access.changes)
