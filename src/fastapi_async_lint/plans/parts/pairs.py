"""The uses of one state -> whether a place stands between two of them that belong together: one changes it, and nothing parts them yet.

All that can be known without the place is found out once, so that asking about one more place is one walk over the uses.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from fastapi_async_lint.facts import NOTHING, ExprId


class Use(NamedTuple):
    """One use of the state. Of two uses that belong together, one has to change it, and one has to count."""

    order: int
    at: ExprId
    changes: bool
    counts: bool
    following: ExprId
    """The suspension that parts it from everything behind that (suspensions.py)."""
    preceding: ExprId
    """The suspension that parts it from everything before that."""


class Pairs:
    """Answers for the uses of one state, given in order."""

    def __init__(self, uses: Sequence[Use]) -> None:
        self._uses = uses
        by_place = sorted(uses, key=lambda use: use.at)
        self._seconds = {
            (must_change, must_count): [use for use in by_place if use.changes >= must_change and use.counts >= must_count]
            for must_change in (False, True)
            for must_count in (False, True)
        }
        self._ends = [self._end(use) for use in uses]

    def around(self, number: ExprId) -> tuple[int, int] | None:
        """The orders of the first two uses that belong together and between which the place stands, or where the second one is."""
        for first, end in zip(self._uses, self._ends, strict=True):
            if first.at <= number <= end:
                return first.order, next(use.order for use in self._uses if use.at >= number and _belong(first, use))
        return None

    def _end(self, first: Use) -> ExprId:
        """The last place of a use that belongs to the first one; NOTHING if there is none."""
        seconds = self._seconds[not first.changes, not first.counts]
        for index in reversed(range(bisect_right(seconds, first.following, key=lambda use: use.at))):
            if seconds[index].at <= first.at:
                break
            if seconds[index].preceding <= first.at:
                return seconds[index].at
        return NOTHING


def _belong(first: Use, second: Use) -> bool:
    is_parted = first.following < second.at or first.at < second.preceding
    return first.at < second.at and not is_parted and (first.changes or second.changes) and (first.counts or second.counts)
