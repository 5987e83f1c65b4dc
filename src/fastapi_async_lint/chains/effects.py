"""Operations -> effects: which functions may block, whatever they are called on and with.

One search starts at the functions that call a blocking library callable themselves and goes back along synchronous call edges, so it
takes linear time and recursion is harmless. It bounds the search for chains (search.py), which knows receivers and arguments. Cheap
calls (path queries) are searched apart: a chain to one says nothing about real blocking.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi_async_lint.callgraph import CallGraph, Library, Operation, Runs
from fastapi_async_lint.program import FunctionRef


@dataclass(frozen=True, slots=True)
class Effects:
    """The functions that may block; those that may make cheap calls apart."""

    blocking: frozenset[FunctionRef]
    cheap: frozenset[FunctionRef]

    def may_block(self, ref: FunctionRef, *, cheap: bool) -> bool:
        """The function, or something that it runs, blocks on some path."""
        return ref in (self.cheap if cheap else self.blocking)


def determine(graph: CallGraph, functions: Iterable[FunctionRef]) -> Effects:
    """The effects of these functions, which must include everything that they run."""
    callers: dict[FunctionRef, list[FunctionRef]] = defaultdict(list)
    blocking: set[FunctionRef] = set()
    cheap: set[FunctionRef] = set()
    for ref in sorted(functions):
        for operation in graph.operations(ref):
            blocking.update([ref] if any(found.entry.level != "brief" for found in leaves(operation, cheap=False)) else [])
            cheap.update([ref] if any(leaves(operation, cheap=True)) else [])
            for target in operation.targets:
                if isinstance(target, Runs):
                    callers[target.function].append(ref)
    return Effects(_reaching(blocking, callers), _reaching(cheap, callers))


def _reaching(starts: set[FunctionRef], callers: dict[FunctionRef, list[FunctionRef]]) -> frozenset[FunctionRef]:
    found: set[FunctionRef] = set()
    pending = list(starts)
    while pending:
        ref = pending.pop()
        if ref not in found:
            found.add(ref)
            pending += callers.get(ref, ())
    return frozenset(found)


def is_certain(operation: Operation) -> bool:
    """What the operation runs is the only thing that it may run."""
    return operation.resolved and operation.alternatives <= 1


def leaves(operation: Operation, *, cheap: bool) -> Iterator[Library]:
    """The blocking library callables that the operation runs, or has a helper run; `certain` if it surely does. Brief ones count where
    they stand in code on the loop, so it is for the caller to leave them out of chains.
    """
    for target in operation.targets:
        if isinstance(target, Library) and (target.entry.level == "cheap") == cheap:
            yield target._replace(certain=target.certain and is_certain(operation))


def own_leaf(operation: Operation, *, cheap: bool) -> Library | None:
    """The foremost of those that the operation runs itself: a certain one before a likely one."""
    own = [found for found in leaves(operation, cheap=cheap) if found.through is None]
    return min(own, key=lambda found: (not found.certain, found.entry.shown), default=None)
