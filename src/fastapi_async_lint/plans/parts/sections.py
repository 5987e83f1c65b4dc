"""A place where a coroutine function would suspend -> what it reads before and changes behind it, which other tasks could change in between.

Without an `await`, what a coroutine function does to shared state cannot be interrupted: `if k not in cache: cache[k] = f(k)` computes once.
An await in between opens that section. State is shared unless the function made the object itself; it is told apart by how it is written.
A section that another await has opened already is not opened again.

Files and processes are such state too: what is asked about them must not change before it is acted on. Of what called functions use, globals
and attributes of `self` are seen, by name (hazards/shared_state.py).

Limits: the same state under another name, and what hangs on arguments of called functions, are not seen. What lies behind a server of
its own (a database, a cache, a service) is shared with other processes anyway, and does not count.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import Runs
from fastapi_async_lint.facts import NOTHING, Attribute, Block, BlockKind, Call, Element, ExprId, ScopeId, ScopeKind, Unpacked
from fastapi_async_lint.hazards.shared_state import StateUse
from fastapi_async_lint.modules import FunctionRef
from fastapi_async_lint.plans.parts.memory import memory_sections
from fastapi_async_lint.plans.parts.pairs import Pairs, Use
from fastapi_async_lint.plans.parts.processes import process_sections
from fastapi_async_lint.plans.parts.suspensions import Suspensions


class _CalledUse(NamedTuple):
    """What an expression uses of the shared state; `is_called`: a function of the project does, which it calls."""

    at: ExprId
    use: StateUse
    is_called: bool


def opened(analysis: Analysis, ref: FunctionRef, number: ExprId) -> tuple[str, ...]:
    """For each piece of state that the function reads or changes before the expression `number` and changes behind it: a reason."""
    return analysis.once(_Sections, ref).opened(number)


class _Sections:
    """Answers for one function."""

    def __init__(self, analysis: Analysis, ref: FunctionRef) -> None:
        self._analysis = analysis
        self._ref = ref
        self._module = analysis.program.modules[ref.module]
        self._suspensions = Suspensions(analysis, ref)
        self._scope = self._module.facts.scopes[self._module.facts.functions[ref.function].scope]
        self._sections = (
            *memory_sections(analysis, ref, self._suspensions, self._loops_around),
            *process_sections(analysis, ref, self._suspensions),
        )
        self._called = {state: Pairs(uses) for state, uses in self._uses_of_states().items()}
        self._files = {file: Pairs(uses) for file, uses in self._uses_of_files().items()}
        self._answers: dict[ExprId, tuple[str, ...]] = {}

    def opened(self, number: ExprId) -> tuple[str, ...]:
        """The reasons, each once."""
        if number not in self._answers:
            found = [section.reason for section in self._sections if section.start <= number < section.end]
            found += [*self._of_files(number), *self._of_called(number), *self._of_iterated(number)]
            self._answers[number] = tuple(dict.fromkeys(found))
        return self._answers[number]

    def _loops_around(self, place: ExprId) -> list[Block]:
        """The function's own loops whose bodies the place stands in, the outermost first."""
        found: list[Block] = []
        block = self._module.block_at(place)
        while block != NOTHING:
            facts = self._module.facts.blocks[block]
            if facts.kind is BlockKind.LOOP and self._scope.start <= facts.start and facts.end <= self._scope.end:
                found.append(facts)
            block = facts.parent
        return found[::-1]

    # --------------------------------------------------------------------------------------------------- what is gone through

    def _of_iterated(self, number: ExprId) -> Iterator[str]:
        """The shared containers that a loop around it goes through, and that other code changes."""
        shared = self._analysis.hazards.shared_state
        for head in self._heads_around(number):
            for state in shared.states_in(self._ref, head):
                if state in shared.changed_in_place:
                    yield f"a loop goes through {state.removeprefix('.')}, which other tasks could change meanwhile"

    def _heads_around(self, number: ExprId) -> Iterator[ExprId]:
        """What the loops and comprehensions around the expression go through."""
        yield from (loop.over for loop in self._loops_around(number) if loop.over != NOTHING)
        scope = self._module.scope_at(number)
        while self._module.facts.scopes[scope].kind is ScopeKind.COMPREHENSION:
            yield from self._comprehended.get(scope, ())
            scope = self._module.facts.scopes[scope].parent

    @cached_property
    def _comprehended(self) -> dict[ScopeId, list[ExprId]]:
        """What each of the module's comprehensions goes through."""
        found: dict[ScopeId, list[ExprId]] = {}
        for binding in self._module.facts.bindings:
            if self._module.facts.scopes[binding.scope].kind is ScopeKind.COMPREHENSION:
                head = binding.value
                while isinstance(part := self._module.expressions[head], Unpacked):
                    head = part.value
                if isinstance(part, Element) and head not in found.setdefault(binding.scope, []):
                    found[binding.scope].append(head)
        return found

    # ------------------------------------------------------------------------------------------------------- called functions

    def _of_called(self, number: ExprId) -> Iterator[str]:
        """The globals and attributes of `self` that are used before and behind it and changed, by functions of the project that are called
        there.
        """
        found = [(*pair, state) for state, pairs in self._called.items() if (pair := pairs.around(number)) is not None]
        for *_, state in sorted(found):
            yield f"{state.removeprefix('.')} is used before and behind it and changed in called functions"

    def _uses_of_states(self) -> dict[str, list[Use]]:
        """By state, the uses of those that some use changes."""
        uses = list(self._called_uses())
        changed = frozenset[str]().union(*(use.changes for _, use, _ in uses))
        found: dict[str, list[Use]] = {}
        for order, (at, use, is_called) in enumerate(uses):
            states = (use.reads | use.changes) & changed
            if states:
                following, preceding = self._suspensions.following(at), self._suspensions.preceding(at, is_change=bool(use.changes))
                for state in states:
                    found.setdefault(state, []).append(Use(order, at, state in use.changes, is_called, following, preceding))
        return found

    def _called_uses(self) -> Iterator[_CalledUse]:
        """What calls use, and what the function itself does, in no order."""
        ref = self._ref
        shared = self._analysis.hazards.shared_state
        for operation in self._analysis.graph.operations(ref):
            for target in operation.targets:
                if isinstance(target, Runs):
                    use = shared.of(target.function)
                    is_own = self._is_on_own(operation.expression)
                    yield _CalledUse(operation.expression, use.of_globals() if is_own else use, is_called=True)
        for place in self._module.body(ref.function):
            if state := shared.state_of(ref, place):
                yield _CalledUse(place, StateUse(frozenset((state,)), frozenset()), is_called=False)
        for state, place in shared.changes(ref):
            yield _CalledUse(place, StateUse(frozenset(), frozenset((state,))), is_called=False)

    def _is_on_own(self, number: ExprId) -> bool:
        """It is a method's call on an object that the function made itself."""
        call = self._module.expressions[number]
        method = self._module.expressions[call.function] if isinstance(call, Call) else None
        return isinstance(method, Attribute) and self._analysis.hazards.ownership.is_own(self._ref, method.value)

    # ------------------------------------------------------------------------------------------------------------------ files

    def _of_files(self, number: ExprId) -> Iterator[str]:
        """The files that are used before and behind it, itself included, and changed by one of the two."""
        if number in self._changing and self._loops_around(number):
            yield "it changes a file in each round of a loop: other tasks could see some of them alone"
        found = [(*pair, file) for file, pairs in self._files.items() if (pair := pairs.around(number)) is not None]
        for *_, file in sorted(found):
            what = f"the file {file} is" if file else "files are"
            yield f"{what} used before and behind it and changed: other tasks could use {'it' if file else 'them'} in between"

    @cached_property
    def _changing(self) -> frozenset[ExprId]:
        return frozenset(one.at for one in self._analysis.hazards.file_uses.accesses(self._ref) if one.changes)

    def _uses_of_files(self) -> dict[str, list[Use]]:
        """By file, the uses of it and of what may be any file; by the empty string those of what may be any."""
        accesses = self._analysis.hazards.file_uses.accesses(self._ref)
        found: dict[str, list[Use]] = {}
        for order, (file, at, changes) in enumerate(accesses):
            use = Use(order, at, changes, True, self._suspensions.following(at), self._suspensions.preceding(at))
            found.setdefault(file, []).append(use)
        anything = [use._replace(counts=False) for use in found.get("", ())]
        return {file: sorted([*uses, *anything]) if file else uses for file, uses in found.items()}
