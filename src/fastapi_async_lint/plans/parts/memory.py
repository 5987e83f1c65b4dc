"""A coroutine function -> the sections between reading and changing the state of objects, in which it must not be suspended.

What it changes is what it did not make itself: globals, attributes, items of containers, and what methods change. A section reaches from the
first reading to the change, from the change to the last reading, and through the rounds of a loop around both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.facts import Attribute, Block, ExprId, Name, Subscript
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.suspensions import Suspensions
from fastapi_async_lint.spelling import spell

Loops: TypeAlias = Callable[[ExprId], list[Block]]
"""The loops around a place."""


class Section(NamedTuple):
    """If it is suspended at `start` <= number < `end`, the reason speaks against that."""

    start: ExprId
    end: ExprId
    reason: str


class _Write(NamedTuple):
    """What is changed, as written, when; `receiver` is the reading of the object that is only looked up to change it."""

    state: str
    at: ExprId
    receiver: ExprId


class _Earlier(NamedTuple):
    """A reading or a change that another change may belong to; from `known` on it lies before a place."""

    at: ExprId
    known: ExprId
    following: ExprId
    """The suspension that parts it from everything behind that."""


class _Later(NamedTuple):
    """A reading that a change may belong to."""

    at: ExprId
    preceding: ExprId
    """The suspension that parts it from everything before that."""


def memory_sections(analysis: Analysis, ref: FunctionRef, suspensions: Suspensions, loops_around: Loops) -> tuple[Section, ...]:
    """The sections of the function, by the changes that they belong to."""
    module = analysis.program.modules[ref.module]
    body = list(module.body(ref.function))
    writes = list(_writes(analysis, ref, module, set(body)))
    reads = _reads(module, body, writes)
    earlier: dict[str, list[_Earlier]] = {}
    for write in writes:
        earlier.setdefault(write.state, []).append(_Earlier(write.at, write.at, suspensions.following(write.at)))
    for state, places in reads.items():
        earlier[state] += [_Earlier(place, place + 1, suspensions.following(place)) for place in places]
    later = {state: sorted(_Later(place, suspensions.preceding(place)) for place in places) for state, places in reads.items()}
    for known in earlier.values():
        known.sort()
    return tuple(
        section
        for write in writes
        for section in (
            *_before(write, earlier[write.state], suspensions, loops_around(write.at)),
            *_behind(write, later.get(write.state, ()), suspensions),
        )
    )


def _before(write: _Write, earlier: Sequence[_Earlier], suspensions: Suspensions, loops: Sequence[Block]) -> Iterator[Section]:
    """It is suspended between what comes earlier and the change, in one round of the loops around the change or in the next one."""
    reason = f"{write.state} is read before it and changed behind it: other tasks could change it in between"
    starts = [loop.start for loop in loops if not suspensions.part(loop.start, loop.end, is_change=True)]
    first = _first(earlier, write, write.at, suspensions.preceding(write.at, is_change=True))
    if first is not None:
        starts.append(first)
    if starts:
        yield Section(min(starts), write.at, reason)
    for loop in loops:
        first = _first(earlier, write, loop.end, suspensions.preceding(loop.end, is_change=True))
        if first is not None and not suspensions.part(loop.start, write.at, is_change=True):
            yield Section(max(write.at, first), loop.end, reason)


def _first(earlier: Sequence[_Earlier], write: _Write, end: ExprId, preceding: ExprId) -> ExprId | None:
    """From where on something lies before a place that belongs to the end."""
    for index in range(bisect_left(earlier, preceding, key=lambda one: one.at), len(earlier)):
        at, known, following = earlier[index]
        if at >= end:
            return None
        if end <= following and not (at == write.receiver and known > at):
            return known
    return None


def _behind(write: _Write, later: Sequence[_Later], suspensions: Suspensions) -> Iterator[Section]:
    """It is suspended between the change and what is read later."""
    following = suspensions.following(write.at)
    for index in reversed(range(bisect_right(later, following, key=lambda one: one.at))):
        at, preceding = later[index]
        if at <= write.at:
            return
        if preceding <= write.at:
            yield Section(write.at, at, f"{write.state} is changed before it and read behind it: other tasks could change it in between")
            return


def _reads(module: Module, body: list[ExprId], writes: list[_Write]) -> dict[str, list[ExprId]]:
    """Where the states are read that are written; `a[i] += x` reads the item of what it is looked up to change."""
    states = {write.state for write in writes}
    bases = {write.receiver: write.state for write in writes}
    found: dict[str, list[ExprId]] = {}
    for place in body:
        expression = module.expressions[place]
        if isinstance(expression, Subscript) and expression.value in bases:
            found.setdefault(bases[expression.value], []).append(place)
        elif isinstance(expression, Name | Attribute):
            text = spell(module.expressions, place)
            if text in states:
                found.setdefault(text, []).append(place)
    return found


def _writes(analysis: Analysis, ref: FunctionRef, module: Module, body: set[ExprId]) -> Iterator[_Write]:
    """What the function changes of what it did not make itself."""
    owns = analysis.hazards.ownership.is_own
    facts = module.facts
    scope = facts.scopes[facts.functions[ref.function].scope]
    for binding in facts.bindings:
        if binding.value in body and not scope.start <= facts.scopes[binding.scope].start < scope.end:
            yield _Write(binding.name, binding.at, -1)
    for written in facts.attribute_bindings:
        if written.value in body and not owns(ref, written.base):
            yield _Write(f"{spell(module.expressions, written.base)}.{written.name}", written.at, -1)
    for item in facts.item_bindings:
        if item.value in body and not owns(ref, item.base):
            yield _Write(spell(module.expressions, item.base), item.at, item.base)
    for deleted in facts.deletions:
        if deleted.base in body and not owns(ref, deleted.base):
            text = spell(module.expressions, deleted.base)
            yield _Write(f"{text}.{deleted.name}" if deleted.name else text, deleted.at, deleted.base)
    for place in sorted(body):
        for base in analysis.hazards.shared_state.changed_by(module, place):
            if not owns(ref, base):
                yield _Write(spell(module.expressions, base), place, base)
