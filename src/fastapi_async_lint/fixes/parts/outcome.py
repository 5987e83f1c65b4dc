"""What comes of plans: values that need no tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.findings import FixPlan


class Refusal(Exception):
    """A plan cannot be done as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """Why, one sentence without a full stop: `it stands in a lambda`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of plans; each of them is in exactly one of the three."""

    texts: Mapping[Path, str]
    """The new texts of the files that changed."""
    applied: tuple[FixPlan, ...]
    refused: tuple[tuple[FixPlan, str], ...]
    """With the reason."""
    deferred: tuple[FixPlan, ...]
    """Those that touch what an applied plan changes."""
