"""A function -> which files it looks at and changes, by what; and what it and all that it runs do with files.

Files are shared state too: `if not path.exists(): path.write_text(...)` happens once, and a file that is rewritten is never seen half
written, as long as nothing suspends in between. Files are told apart by how their paths are written; an opened file is the path that it was
opened with. Which files a called function of the project uses is not known: they may be any. So may an open file be whose opening is not
seen, and that may have emptied it. Temporary files and buffers are nobody else's.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, Library, Runs
from fastapi_async_lint.callgraph.conditions import changes_files
from fastapi_async_lint.facts import NOTHING, Attribute, Call, Element, Entered, ExprId, Literal, Name
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.spelling import spell

_FUNCTIONS = 300
"""How many functions are looked through for one answer; what lies behind is not seen."""
_CATEGORIES = ("file", "path")
"""The categories of what works on files."""


class Access(NamedTuple):
    """Which file is used, by which expression, and whether that may change it. `file` is empty where it may be any."""

    file: str
    at: ExprId
    changes: bool


class FileUse(NamedTuple):
    """Whether a function, with all that it runs, looks at files, and whether it may change some."""

    reads: bool
    changes: bool
    renews: bool
    """One function of them looks at a file and then changes it."""


class FileUses:
    """Answers for the functions of one program."""

    def __init__(self, graph: CallGraph) -> None:
        self._graph = graph
        self._all: dict[FunctionRef, FileUse] = {}

    def of(self, ref: FunctionRef) -> FileUse:
        """What the function and all that it runs do with files."""
        if ref not in self._all:
            own = [self._own(function) for function in self._running(ref)]
            changes = [access.changes for accesses in own for access in accesses]
            self._all[ref] = FileUse(not all(changes), any(changes), any(map(_renews, own)))
        return self._all[ref]

    def accesses(self, ref: FunctionRef) -> list[Access]:
        """The function's uses of files, in order, those by the functions that it calls at their calls."""
        module = self._graph.program.modules[ref.module]
        found: list[Access] = []
        for operation in self._graph.operations(ref):
            for target in operation.targets:
                if isinstance(target, Library):
                    found += _by_library(self._graph, module, operation.expression, target)
                elif isinstance(target, Runs) and any(use := self.of(target.function)):
                    found.append(Access("", operation.expression, use.changes))
        return found

    def holds_changed(self, ref: FunctionRef, number: ExprId) -> bool:
        """What the expression gives is an open file that may be changed bit by bit until it is closed."""
        module = self._graph.program.modules[ref.module]
        if any(one.changes for one in self.accesses(ref) if one.at == number):
            return True
        opened = _opening(self._graph, module, number) if _is_open(self._graph, module, number) else None
        return opened is not None and opened.changes

    def _own(self, ref: FunctionRef) -> list[Access]:
        """Without those by the functions that it calls."""
        module = self._graph.program.modules[ref.module]
        return [
            access
            for operation in self._graph.operations(ref)
            for target in operation.targets
            if isinstance(target, Library)
            for access in _by_library(self._graph, module, operation.expression, target)
        ]

    def _running(self, ref: FunctionRef) -> Iterator[FunctionRef]:
        """The function and all that it runs."""
        seen, pending = {ref}, [ref]
        while pending:
            function = pending.pop()
            yield function
            for operation in self._graph.operations(function):
                following = {target.function for target in operation.targets if isinstance(target, Runs)} - seen
                if len(seen) <= _FUNCTIONS:
                    seen |= following
                    pending += sorted(following)


def _renews(accesses: list[Access]) -> bool:
    """A file is looked at, and then changed."""
    seen: set[str] = set()
    for access in accesses:
        if access.changes and access.file in seen:
            return True
        if access.file and not access.changes:
            seen.add(access.file)
    return False


def _by_library(graph: CallGraph, module: Module, number: ExprId, target: Library) -> Iterator[Access]:
    """The use of a file by a library's callable; by one that a helper runs, of any file."""
    if target.entry.category not in _CATEGORIES:
        return
    if target.through is not None:
        yield Access("", number, changes_files(graph.inference, target.entry, Arguments(module.number, ())))
    elif (access := _access(graph, module, number, target)) is not None:
        yield access


def _access(graph: CallGraph, module: Module, number: ExprId, target: Library) -> Access | None:
    expression = module.expressions[number]
    is_iterated = isinstance(expression, Element)
    while isinstance(expression, Element | Entered):
        expression = module.expressions[expression.value]
    if not isinstance(expression, Call):
        return None
    changes = not is_iterated and changes_files(graph.inference, target.entry, Arguments(module.number, expression.arguments))
    operands = list(_operands(module, expression, has_receiver=bool(target.entry.owner)))
    for operand in operands:
        if _is_open(graph, module, operand):
            opened = _opening(graph, module, operand)
            return opened and Access(opened.file, number, changes or opened.changes)
    return Access(_text(module, operands[0]), number, changes) if operands else None


def _operands(module: Module, call: Call, *, has_receiver: bool) -> Iterator[ExprId]:
    """What the call works on: its receiver, if it has one, then its arguments."""
    function = module.expressions[call.function]
    if has_receiver and isinstance(function, Attribute):
        yield function.value
    yield from (argument.value for argument in call.arguments)


def _is_open(graph: CallGraph, module: Module, number: ExprId) -> bool:
    """The expression is an open file."""
    catalogue = graph.inference.catalogue
    values = [value for value in known(graph.inference.evaluate(module.number, number)) if isinstance(value, ExternalInstance)]
    return any(catalogue.is_bound(value.path) and catalogue.category(value.path) in _CATEGORIES for value in values)


def _opening(graph: CallGraph, module: Module, number: ExprId) -> Access | None:
    """How the open file was opened: any file, changed, if that is not seen. None if nobody else knows it: a temporary file."""
    found: Access | None = None
    values = known(graph.inference.evaluate(module.number, number))
    if all(isinstance(value, ExternalInstance) and graph.inference.catalogue.is_temporary(value.path) for value in values):
        return None
    for place in _makers(module, number):
        target = _opener(graph, module, place)
        if target is None:
            return Access("", number, changes=True)
        found = found or _access(graph, module, place, target)
    return found


def _makers(module: Module, number: ExprId) -> Iterator[ExprId]:
    """The expressions that give the file: those that a name is bound to."""
    name = module.expressions[number]
    if not isinstance(name, Name):
        yield number
        return
    for binding in module.reaching(module.scope_at(number), name.id, number):
        made = module.expressions[binding.value] if binding.value != NOTHING else None
        if made is not None:
            yield made.value if isinstance(made, Entered) else binding.value


def _opener(graph: CallGraph, module: Module, place: ExprId) -> Library | None:
    """The library's callable that opens a file there."""
    if isinstance(module.expressions[place], Call):
        for operation in graph.operations(FunctionRef(module.number, module.function_at(place))):
            for target in operation.targets if operation.expression == place else ():
                if isinstance(target, Library) and target.entry.category in _CATEGORIES:
                    return target
    return None


def _text(module: Module, number: ExprId) -> str:
    expression = module.expressions[number]
    return repr(expression.value) if isinstance(expression, Literal) else spell(module.expressions, number)
