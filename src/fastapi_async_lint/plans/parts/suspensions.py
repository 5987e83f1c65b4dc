"""A coroutine function -> where it surely suspends, so that what stands on both sides is parted already.

An `await` parts two places if whoever gets from the first to the second comes through it: it stands in a suite around one of them, and is not
skipped by a condition. So does the `yield` of an asynchronous generator, if it gives something: a bare one is not
seen. Awaiting a coroutine function of the project does not count: it need not suspend.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import Creates
from fastapi_async_lint.facts import NOTHING, Await, Choice, ExprId, ScopeKind
from fastapi_async_lint.modules import FunctionRef


class Suspensions:
    """Answers for one function."""

    def __init__(self, analysis: Analysis, ref: FunctionRef) -> None:
        self._module = analysis.program.modules[ref.module]
        own = {
            operation.expression
            for operation in analysis.graph.operations(ref)
            if any(isinstance(target, Creates) for target in operation.targets)
        }
        yields = set(self._module.facts.functions[ref.function].yields)
        self._sure: dict[int, list[ExprId]] = {}
        """By the block that they stand in, in order."""
        for place in self._module.body(ref.function):
            if (place in yields or self._suspends(place, own)) and self._is_reached(place):
                self._sure.setdefault(self._module.block_at(place), []).append(place)

    def part(self, first: ExprId, second: ExprId, *, is_change: bool = False) -> bool:
        """Whoever gets from the first place to the second one is suspended on the way. `is_change`: the second one is that of a binding, which
        is the number behind its last expression.
        """
        return self.following(first) < second or first < self.preceding(second, is_change=is_change)

    def following(self, place: ExprId) -> ExprId:
        """The first suspension behind the place that parts it from everything behind that; where there is none, a number behind all others."""
        found = len(self._module.expressions) + 1
        for sure in self._around(place):
            index = bisect_right(sure, place)
            found = min([found, *sure[index : index + 1]])
        return found

    def preceding(self, place: ExprId, *, is_change: bool = False) -> ExprId:
        """The last suspension before the place that parts it from everything before that; NOTHING where there is none."""
        found = NOTHING
        for sure in self._around(place - is_change):
            index = bisect_left(sure, place)
            found = max([found, *sure[max(index - 1, 0) : index]])
        return found

    def _around(self, place: ExprId) -> Iterator[list[ExprId]]:
        """The suspensions in each of the suites around the place."""
        if not self._sure:
            return
        block = self._module.block_at(place)
        while block != NOTHING:
            if block in self._sure:
                yield self._sure[block]
            block = self._module.facts.blocks[block].parent

    def _suspends(self, place: ExprId, own: set[ExprId]) -> bool:
        expression = self._module.expressions[place]
        return self._module.may_suspend(place) and not (isinstance(expression, Await) and expression.value in own)

    def _is_reached(self, place: ExprId) -> bool:
        """No part of a condition or comprehension that may be left out."""
        if self._module.facts.scopes[self._module.scope_at(place)].kind is ScopeKind.COMPREHENSION:
            return False
        return not any(self._is_optional(parent, place) for parent in self._module.parents.get(place, ()))

    def _is_optional(self, parent: ExprId, operand: ExprId) -> bool:
        expression = self._module.expressions[parent]
        if isinstance(expression, Choice) and not (expression.operator and expression.options[0] == operand):
            return True
        return any(self._is_optional(further, parent) for further in self._module.parents.get(parent, ()))
