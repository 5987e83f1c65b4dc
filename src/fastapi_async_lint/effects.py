"""Operations -> effects: which functions block, each with a shortest witness.

A multi-source breadth-first search starts at the functions that call a blocking library callable themselves and goes back along
synchronous call edges, so every function gets a shortest chain in linear time and recursion is harmless. Certain chains are found
before likely ones, and ties are broken by name, so the same program always yields the same chain. Cheap calls (path queries) are
searched apart: a chain to one says nothing about real blocking.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi_async_lint.callgraph import CallGraph, Library, Operation, Runs
from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import ExprId
from fastapi_async_lint.program import FunctionRef, Ref


@dataclass(frozen=True, slots=True)
class Witness:
    """How a function blocks: its expression `at` runs `following` (None: the library callable `entry` itself), which leads to `entry`."""

    entry: Entry
    certain: bool
    length: int
    at: ExprId
    following: FunctionRef | None = None
    through: Ref | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """The witnesses of all functions that may block; `cheap` ones apart."""

    blocking: dict[FunctionRef, Witness]
    cheap: dict[FunctionRef, Witness]

    def of(self, ref: FunctionRef, cheap: bool) -> Witness | None:
        """A witness that the function may block, whatever object it is called on."""
        return (self.cheap if cheap else self.blocking).get(ref)


def determine(graph: CallGraph, functions: Iterable[FunctionRef]) -> Effects:
    """The effects of these functions, which must include everything that they run."""
    order = sorted(functions)
    callers: dict[FunctionRef, list[tuple[FunctionRef, ExprId, bool, Ref | None]]] = defaultdict(list)
    for ref in order:
        for operation in graph.operations(ref):
            for target in operation.targets:
                if isinstance(target, Runs):
                    callers[target.function].append((ref, operation.expression, is_certain(operation), target.through))
    return Effects(_search(graph, order, callers, cheap=False), _search(graph, order, callers, cheap=True))


def is_certain(operation: Operation) -> bool:
    """What the operation runs is the only thing that it may run."""
    return operation.resolved and operation.alternatives <= 1


def leaf(operation: Operation, cheap: bool) -> tuple[Entry, bool] | None:
    """The blocking library callable that the operation runs itself: a certain one before a likely one. Brief ones count where they
    stand on the loop, so it is for the caller to leave them out of chains."""
    found = [
        (target.entry, target.certain and is_certain(operation))
        for target in operation.targets
        if isinstance(target, Library) and (target.entry.level == "cheap") == cheap
    ]
    return min(found, key=lambda pair: (not pair[1], pair[0].shown)) if found else None


def _search(
    graph: CallGraph,
    order: Iterable[FunctionRef],
    callers: dict[FunctionRef, list[tuple[FunctionRef, ExprId, bool, Ref | None]]],
    cheap: bool,
) -> dict[FunctionRef, Witness]:
    own: dict[FunctionRef, Witness] = {}
    for ref in order:
        for operation in graph.operations(ref):
            blocking = leaf(operation, cheap)
            if blocking is not None and blocking[0].level != "brief" and (ref not in own or (blocking[1] and not own[ref].certain)):
                own[ref] = Witness(blocking[0], blocking[1], 1, operation.expression)
    found = {ref: witness for ref, witness in own.items() if witness.certain}
    _spread(graph, found, callers, only_certain=True)
    certain = dict(found)
    for ref, witness in own.items():
        found.setdefault(ref, witness)
    _spread(graph, found, callers, only_certain=False)
    found.update(certain)
    return found


def _spread(
    graph: CallGraph,
    found: dict[FunctionRef, Witness],
    callers: dict[FunctionRef, list[tuple[FunctionRef, ExprId, bool, Ref | None]]],
    only_certain: bool,
) -> None:
    """Breadth first from what is found already; a level at a time, so that a function's first witness is a shortest one."""
    levels: dict[int, list[FunctionRef]] = defaultdict(list)
    for ref, witness in found.items():
        levels[witness.length].append(ref)
    length = 1
    while levels:
        level = levels.pop(length, [])
        for ref in sorted(level, key=lambda item: (graph.program.qualified(item), item)):
            witness = found[ref]
            if witness.length != length:
                continue
            for caller, at, certain, through in sorted(callers.get(ref, ()), key=lambda call: (call[0], call[1])):
                if caller in found or (only_certain and not certain):
                    continue
                found[caller] = Witness(witness.entry, witness.certain and certain, length + 1, at, ref, through)
                levels[length + 1].append(caller)
        length += 1
