"""Reasons for and against a rewriting -> its FixPlan."""

from collections.abc import Iterable
from typing import NamedTuple

from fastapi_async_lint.findings import Applicability, Change, FixPlan


class Verdict(NamedTuple):
    """Why a rewriting must not be done at all, and why it is not safe; one sentence each, without a full stop."""

    never: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()

    def __or__(self, other: object) -> "Verdict":
        """Both verdicts' reasons."""
        if not isinstance(other, Verdict):
            return NotImplemented
        return Verdict((*self.never, *other.never), (*self.unsafe, *other.unsafe))


SAFE = Verdict()


def never(*reasons: str) -> Verdict:
    """A verdict against."""
    return Verdict(never=reasons)


def unsafe(reasons: Iterable[str]) -> Verdict:
    """A verdict for those who ask for unsafe fixes."""
    return Verdict(unsafe=tuple(reasons))


def plan(message: str, changes: tuple[Change, ...], verdict: Verdict) -> FixPlan:
    """The plan that the verdict allows: none of the changes if it is against them."""
    if verdict.never:
        return FixPlan(Applicability.DISPLAY, message, (), tuple(dict.fromkeys(verdict.never)))
    applicability = Applicability.UNSAFE if verdict.unsafe else Applicability.SAFE
    return FixPlan(applicability, message, changes, tuple(dict.fromkeys(verdict.unsafe)))
