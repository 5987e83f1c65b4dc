"""A blocking call -> the same call handed to a worker thread: `requests.get(url)` is `await run_in_threadpool(requests.get, url)`.

Safe for a library's function that keeps no state, for a method of an object that many threads may use at once, and for a function of the
project whose body, with everything that it runs, was scanned clean (hazards/).
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import entry_of
from fastapi_async_lint.callgraph.conditions import is_lazy
from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import NOTHING, Await, BlockKind, Element, Entered, ExprId
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.hazards.bodies import WORDS
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.values import ClassObject, ExternalInstance, FunctionObject, known, ordered
from fastapi_async_lint.modules import Module
from fastapi_async_lint.plans.parts.calls import Site, functions, is_known, is_used_as, receiver, site
from fastapi_async_lint.plans.parts.iterations import going_on, is_whole, works_when_iterated
from fastapi_async_lint.plans.parts.positions import awaiting
from fastapi_async_lint.plans.parts.verdict import SAFE, Verdict, never, plan, unsafe
from fastapi_async_lint.plans.parts.workers import offloading
from fastapi_async_lint.spelling import spell


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None where the finding is no call, or where a `with` or a loop goes on with what the call gives, other than a list."""
    found = site(analysis, blocking)
    if found is None or found.number != blocking.expression or is_used_as(found.module, found.number, Entered):
        return None
    is_iterated = is_used_as(found.module, found.number, Element) and blocking.is_direct
    if is_iterated and works_when_iterated(analysis, found):
        return None
    if is_used_as(found.module, found.number, Await):
        return None
    name = blocking.entry.shown if blocking.is_direct else spell(found.module.expressions, found.call.function)
    message = f"run {name} in a worker thread"
    worker = offloading(analysis)
    if worker is None:
        return plan(message, (), never(f"{analysis.offloader} belongs to a library that the project does not import: set `offloader`"))
    verdict = awaiting(analysis, blocking.function, found.number) | moving(analysis, blocking, found)
    if is_iterated:
        verdict |= unsafe(going_on(analysis, found))
        verdict |= SAFE if is_whole(analysis, found) else never(f"{name} may go on working while the loop goes through what it gives")
    return plan(message, (Change("offload", found.module.source.path, found.span, worker),), verdict)


def moving(analysis: Analysis, blocking: BlockingCall, found: Site) -> Verdict:
    """What speaks against running this very call in another thread."""
    verdict = SAFE if is_known(found.operation) else unsafe(["what is called is not known for certain"])
    verdict |= unsafe(_of_functions(analysis, blocking, found))
    for entry in _entries(analysis, found):
        verdict |= _of_entry(analysis, blocking, found, entry)
    return verdict | unsafe(_of_arguments(analysis, blocking, found))


def _entries(analysis: Analysis, found: Site) -> list[Entry]:
    values = ordered(known(analysis.graph.inference.evaluate(found.module.number, found.call.function)))
    inference = analysis.graph.inference
    entries = [
        inference.catalogue.calling(value.path) if isinstance(value, ExternalInstance) else entry_of(inference, value) for value in values
    ]
    return [entry for entry in entries if entry is not None]


def _of_entry(analysis: Analysis, blocking: BlockingCall, found: Site, entry: Entry) -> Verdict:
    """A library's callable: what it says of itself, of its receiver, and of what it gives."""
    inference = analysis.graph.inference
    given = Arguments(found.module.number, found.call.arguments)
    if entry.hazard:
        return never(f"{entry.shown} {WORDS[entry.hazard]}")
    if is_lazy(inference, entry, given):
        return never(f"with these arguments {entry.shown} goes on working when its result is used")
    for value in ordered(known(inference.evaluate(found.module.number, found.number))):
        for hazard in analysis.hazards.result(value):
            return never(hazard.sentence.replace("it returns", f"{entry.shown} returns", 1))
    if entry.caution:
        return unsafe([entry.caution])
    if not entry.owner or inference.catalogue.is_thread_safe(entry.owner):
        return SAFE if entry.offload else never(f"{entry.shown} gives what must be used in the same thread, or keeps state between calls")
    if not entry.offload or inference.catalogue.is_bound(entry.owner):
        return never(f"{entry.owner} keeps state between calls: one call alone must not be moved to another thread")
    on = spell(found.module.expressions, receiver(found.module, found.call))
    if analysis.hazards.ownership.is_own(blocking.function, receiver(found.module, found.call)):
        return unsafe([f"{on} ({entry.owner}) would be used by another thread than the one that made it"])
    return unsafe([f"{on} ({entry.owner}) is not known to be safe for several threads at once"])


def _of_functions(analysis: Analysis, blocking: BlockingCall, found: Site) -> Iterator[str]:
    """The hazards of the project's functions that the call runs."""
    is_handling = found.module.in_block(found.number, BlockKind.HANDLER)
    called = known(analysis.graph.inference.evaluate(found.module.number, found.call.function))
    makes = bool(called) and all(isinstance(value, ClassObject) for value in called)
    on = receiver(found.module, found.call)
    owns = on != NOTHING and analysis.hazards.ownership.is_own(blocking.function, on)
    for target in functions(found.operation):
        for hazard in analysis.hazards.of(target.function, owns_receiver=makes or owns, is_handling=is_handling):
            yield f"{analysis.program.function(target.function).qualname} is not clean: {hazard.sentence}"
    if not functions(found.operation) and any(isinstance(value, FunctionObject) for value in called):
        yield "what it runs is not known"


def _of_arguments(analysis: Analysis, blocking: BlockingCall, found: Site) -> Iterator[str]:
    """Arguments that other tasks could change meanwhile, or that are bound to a thread or to a unit of work."""
    catalogue = analysis.graph.inference.catalogue
    for argument in found.call.arguments:
        text = spell(found.module.expressions, argument.value)
        if _may_change(analysis, blocking, found.module, argument.value):
            yield f"{text} could be changed by other tasks while the worker thread reads it"
        for value in ordered(known(analysis.graph.inference.evaluate(found.module.number, argument.value))):
            if not isinstance(value, ExternalInstance):
                continue
            is_own = catalogue.category(value.path) != "database" and analysis.hazards.ownership.is_own(blocking.function, argument.value)
            is_unit = catalogue.is_bound(value.path) and not is_own and not catalogue.is_temporary(value.path)
            if is_unit or catalogue.hazard(value.path):
                yield f"{text} ({value.path}) must not be used by another thread"


def _may_change(analysis: Analysis, blocking: BlockingCall, module: Module, number: ExprId) -> bool:
    """The argument is a container that the function did not make, and that some function of the project changes in place."""
    shared = analysis.hazards.shared_state
    if shared.state_of(blocking.function, number) in shared.changed_in_place:
        return True
    return shared.may_change(module, number) and not analysis.hazards.ownership.is_own(blocking.function, number)
