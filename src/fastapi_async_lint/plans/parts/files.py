"""A place where a coroutine function would suspend -> the files that it uses before and behind it, where other tasks could get at them.

Files are shared state too: `if not path.exists(): path.write_text(...)` happens once, and a file that is rewritten is never seen half
written, as long as nothing suspends in between. Files are told apart by how their paths are written; an opened file is the path that it was
opened with. Which files a called function of the project uses is not known: they may be any.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import Library, Runs
from fastapi_async_lint.callgraph.conditions import changes_files
from fastapi_async_lint.facts import NOTHING, Attribute, Call, Element, Entered, ExprId, Literal, Name
from fastapi_async_lint.hazards import FILE_CATEGORIES
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.spelling import spell


class Access(NamedTuple):
    """Which file is used, by which expression, and whether that may change it. `file` is empty where a called function uses some."""

    file: str
    at: ExprId
    changes: bool


def accesses(analysis: Analysis, ref: FunctionRef) -> list[Access]:
    """The function's uses of files, in order."""
    module = analysis.program.modules[ref.module]
    found = []
    for operation in analysis.graph.operations(ref):
        for target in operation.targets:
            if isinstance(target, Library) and target.entry.category in FILE_CATEGORIES and target.through is None:
                access = _access(analysis, module, operation.expression, target)
                found += [access] if access is not None else []
            elif isinstance(target, Runs) and any(use := analysis.hazards.file_use(target.function)):
                found.append(Access("", operation.expression, use.changes))
    return found


def _access(analysis: Analysis, module: Module, number: ExprId, target: Library) -> Access | None:
    expression = module.expressions[number]
    is_iterated = isinstance(expression, Element)
    while isinstance(expression, Element | Entered):
        expression = module.expressions[expression.value]
    if not isinstance(expression, Call):
        return None
    changes = not is_iterated and changes_files(analysis.graph.inference, target.entry, Arguments(module.number, expression.arguments))
    for operand in _operands(module, expression, has_receiver=bool(target.entry.owner)):
        opened = _opening(analysis, module, operand)
        if opened is not None:
            return Access(opened.file, number, changes or opened.changes)
    first = next(_operands(module, expression, has_receiver=bool(target.entry.owner)), NOTHING)
    if target.entry.owner and analysis.graph.inference.catalogue.is_bound(target.entry.owner):
        return None  # a temporary file, a buffer: nobody else knows it
    return Access(_text(module, first), number, changes) if first != NOTHING else None


def _operands(module: Module, call: Call, *, has_receiver: bool) -> Iterator[ExprId]:
    """What the call works on: its receiver, if it has one, then its arguments."""
    function = module.expressions[call.function]
    if has_receiver and isinstance(function, Attribute):
        yield function.value
    yield from (argument.value for argument in call.arguments)


def _opening(analysis: Analysis, module: Module, number: ExprId) -> Access | None:
    """How the file behind a name was opened; None where the name is no file, or it is not seen where it was opened."""
    name = module.expressions[number]
    values = known(analysis.graph.inference.evaluate(module.number, number))
    catalogue = analysis.graph.inference.catalogue
    is_file = any(isinstance(value, ExternalInstance) and catalogue.is_bound(value.path) for value in values)
    if not isinstance(name, Name) or not is_file:
        return None
    for binding in module.reaching(module.scope_at(number), name.id, number):
        made = module.expressions[binding.value] if binding.value != NOTHING else None
        place = made.value if isinstance(made, Entered) else binding.value
        if place == NOTHING or not isinstance(module.expressions[place], Call):
            continue
        for operation in analysis.graph.operations(FunctionRef(module.number, module.function_at(place))):
            if operation.expression == place:
                for target in operation.targets:
                    if isinstance(target, Library) and target.entry.category in FILE_CATEGORIES:
                        return _access(analysis, module, place, target)
    return None


def _text(module: Module, number: ExprId) -> str:
    expression = module.expressions[number]
    return repr(expression.value) if isinstance(expression, Literal) else spell(module.expressions, number)
