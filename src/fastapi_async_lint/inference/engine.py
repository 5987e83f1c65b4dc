"""Expressions -> sets of values, on demand, over the whole program.

`Inference.evaluate` is the face. Results are kept, except what was cut short by a cycle: that is kept only until the head of the
cycle is done (a cut result never outlives the assumption that it rests on). Depth is bounded; what lies deeper is Unknown.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from fastapi_async_lint.catalogue import Catalogue
from fastapi_async_lint.inference.values import ANYTHING, External, Values
from fastapi_async_lint.program import ClassRef, Program

if TYPE_CHECKING:
    from fastapi_async_lint.facts import AttributeBinding, ExprId

DEPTH = 120
"""Nested questions; deeper ones are Unknown. Real code stays below 60."""

_NEVER = 1 << 30


class Inference:
    """Answers what expressions are. One per program; not safe to share between threads."""

    def __init__(self, program: Program, catalogue: Catalogue) -> None:
        self.program = program
        self.catalogue = catalogue
        self.bounds_hit = 0
        """How many questions were cut at DEPTH."""
        self.linear: dict[ClassRef, tuple[tuple[ClassRef | External, ...], ...]] = {}
        """The orders in which classes and their ancestors may be looked through."""
        self.open_classes: list[ClassRef] = []
        """The classes whose ancestors are being found, outermost first."""
        self.cut_classes: set[ClassRef] = set()
        """Those of them that were met again meanwhile."""
        self.subclasses: dict[ClassRef, tuple[ClassRef, ...]] | None = None
        self.declared: dict[str, Values] = {}
        """The project's own functions that its tables name, by path: what they return is asked of their code."""
        self.self_bindings: dict[tuple[str, ClassRef], dict[str, list[AttributeBinding]]] = {}
        self._kept: dict[Hashable, Values] = {}
        self._depths: dict[Hashable, int] = {}
        self._provisional: dict[Hashable, tuple[Values, int]] = {}
        self._resting_on: dict[int, list[Hashable]] = {}
        self._cut = _NEVER

    def evaluate(self, module: int, expression: "ExprId") -> Values:
        """What the expression may be."""
        from fastapi_async_lint.inference.expressions import evaluate

        return self.ask((module, expression), lambda: evaluate(self, module, expression))

    def ask(self, key: Hashable, answer: Callable[[], Values]) -> Values:
        """`answer()`, kept under `key`; ANYTHING while the same question is being answered further up."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        provisional = self._provisional.get(key)
        if provisional is not None:
            values, head = provisional
            self._cut = min(self._cut, head)
            return values
        depth = self._depths.get(key)
        if depth is not None:
            self._cut = min(self._cut, depth)
            return ANYTHING
        depth = len(self._depths)
        if depth >= DEPTH:
            self.bounds_hit += 1
            self._cut = 0
            return ANYTHING
        outer, self._cut = self._cut, _NEVER
        self._depths[key] = depth
        try:
            values = answer()
        finally:
            del self._depths[key]
        for dependent in self._resting_on.pop(depth, ()):
            self._provisional.pop(dependent, None)
        if self._cut >= depth:
            self._kept[key] = values
            self._cut = outer
        else:
            self._provisional[key] = (values, self._cut)
            self._resting_on.setdefault(self._cut, []).append(key)
            self._cut = min(self._cut, outer)
        return values
