"""A coroutine function -> the sections between asking about processes or ports and starting a process because of the answer.

`if not is_running(): subprocess.Popen(...)` starts one process. Suspended in between, or before the new process can be seen, two requests
start two. What asks is what works on processes or sockets, in the test itself or in functions that it calls. Limits: an answer is followed
through a name only if that is bound to the call itself; the tests of `while` and of conditional expressions do not count.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import Library, Operation, Runs, entry_of
from fastapi_async_lint.facts import NOTHING, Call, ExprId, Name
from fastapi_async_lint.inference.values import known
from fastapi_async_lint.modules import FunctionRef
from fastapi_async_lint.plans.parts.calls import operations_by_place
from fastapi_async_lint.plans.parts.memory import Section
from fastapi_async_lint.plans.parts.suspensions import Suspensions

_STARTING = "subprocess"
"""The category of what starts processes, and waits for them."""
_ASKING = (_STARTING, "network")
"""The categories of what can tell whether a process runs."""
_FUNCTIONS = 300
"""How many functions are looked through for one answer; what lies behind is not seen."""


def process_sections(analysis: Analysis, ref: FunctionRef, suspensions: Suspensions) -> Iterator[Section]:
    """From the first question of a test to the end of the suite that it decides on, where a process is started in that."""
    starts = [place for place, operation in analysis.once(operations_by_place, ref).items() if _starts(analysis, operation)]
    module = analysis.program.modules[ref.module]
    for block in module.facts.blocks if starts else ():
        if block.test == NOTHING or module.function_at(block.test) != ref.function:
            continue
        started = [place for place in starts if block.start <= place < block.end]
        asked = min(_asked(analysis, ref, block.question, block.test), default=NOTHING) if started else NOTHING
        if asked != NOTHING and not all(suspensions.part(asked, place) for place in started):
            yield Section(
                asked, block.end, "a process is started if none is found: other tasks could find none in between, and start one too"
            )


def _starts(analysis: Analysis, operation: Operation) -> bool:
    """It starts a process, or runs a function that does."""
    return any(
        (isinstance(target, Library) and target.entry.category == _STARTING and not target.entry.owner)
        or (isinstance(target, Runs) and analysis.once(_may_start, target.function))
        for target in operation.targets
    )


def _may_start(analysis: Analysis, ref: FunctionRef) -> bool:
    return any(
        isinstance(target, Library) and target.entry.category == _STARTING and not target.entry.owner
        for function in _running(analysis, ref)
        for operation in analysis.graph.operations(function)
        for target in operation.targets
    )


def _asked(analysis: Analysis, ref: FunctionRef, first: ExprId, last: ExprId) -> Iterator[ExprId]:
    """The questions about processes and ports among the expressions of a test, and behind its names. The result of a process has a name, too,
    and is no question: behind names only ports and what is about processes count.
    """
    module = analysis.program.modules[ref.module]
    for place in range(first, last + 1):
        if _asks(analysis, ref, place, _ASKING):
            yield place
        name = module.expressions[place]
        for binding in module.reaching(module.scope_at(place), name.id, place) if isinstance(name, Name) else ():
            is_here = binding.value != NOTHING and module.function_at(binding.value) == ref.function
            if is_here and _asks(analysis, ref, binding.value, _ASKING[1:]):
                yield binding.value


def _asks(analysis: Analysis, ref: FunctionRef, place: ExprId, categories: tuple[str, ...]) -> bool:
    """It is a call of a library's callable that asks, or of a function of the project that does."""
    operation = analysis.once(operations_by_place, ref).get(place)
    runs = [target.function for target in operation.targets if isinstance(target, Runs)] if operation is not None else []
    return _asks_library(analysis, ref, place, categories) or any(analysis.once(_may_ask, function, categories) for function in runs)


def _asks_library(analysis: Analysis, ref: FunctionRef, place: ExprId, categories: tuple[str, ...]) -> bool:
    """It calls something of one of the categories, or of a library that is about processes."""
    call = analysis.program.modules[ref.module].expressions[place]
    for value in known(analysis.graph.inference.evaluate(ref.module, call.function)) if isinstance(call, Call) else ():
        entry = entry_of(analysis.graph.inference, value)
        if entry is not None:
            is_about_processes = entry.category != _STARTING and entry.path.partition(".")[0] in analysis.once(_libraries)
            if entry.category in categories or is_about_processes:
                return True
    return False


def _may_ask(analysis: Analysis, ref: FunctionRef, categories: tuple[str, ...]) -> bool:
    return any(
        _asks_library(analysis, function, place, categories)
        for function in _running(analysis, ref)
        for place in analysis.program.modules[function.module].body(function.function)
    )


def _libraries(analysis: Analysis) -> frozenset[str]:
    """The libraries that have a class of processes."""
    catalogue = analysis.graph.inference.catalogue
    return frozenset(name.partition(".")[0] for name in catalogue.classes if catalogue.category(name) == _STARTING)


def _running(analysis: Analysis, ref: FunctionRef) -> Iterator[FunctionRef]:
    """The function and all that it runs."""
    seen, pending = {ref}, [ref]
    while pending:
        function = pending.pop()
        yield function
        for operation in analysis.graph.operations(function):
            following = {target.function for target in operation.targets if isinstance(target, Runs)} - seen
            if len(seen) <= _FUNCTIONS:
                seen |= following
                pending += sorted(following)
