"""What the linter says: values that go unchanged to a terminal, JSON, flake8, an editor or another process."""

import enum
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.facts import Span

UNREADABLE = "FAL901"
"""The code of findings that say that a file could not be read."""
OWN_WORK = "FAL9"
"""How the codes begin of findings about the linter's own work: no comment and no baseline is to hide them."""


class Confidence(enum.StrEnum):
    """How sure a finding is. CERTAIN: every step is resolved and the call blocks by its contract. LIKELY: it usually does, or one of several possible callees does."""

    CERTAIN = "certain"
    LIKELY = "likely"


class Severity(enum.StrEnum):
    """WARNING stalls requests; INFO runs while the application starts or stops, where nobody waits yet."""

    WARNING = "warning"
    INFO = "info"


class Applicability(enum.StrEnum):
    """How far a fix can be trusted: see docs on fix safety."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Change:
    """What one codemod (a file of fixes/, by its name) is to do at one node, and its arguments by name."""

    codemod: str
    path: Path
    span: Span
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FixPlan:
    """How a finding can be fixed, as data: all of its changes or none. A DISPLAY plan has no changes: it only says why there is no fix."""

    applicability: Applicability
    message: str
    """What the fix does, one sentence without a full stop: `run requests.get in a worker thread`."""
    changes: tuple[Change, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why it is not safe, or why there is none; one sentence each, without a full stop."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a file's text and what stands there after a fix; an insertion where the span is empty."""

    path: Path
    span: Span
    content: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a call chain: `function` (dotted, with its module) makes `call` (as written) at `path`, `span`."""

    function: str
    path: Path
    span: Span
    call: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where the event loop is blocked, or a file that could not be read.

    `chain` starts with the reported call and ends with the call that blocks; it is empty where there is no call.
    """

    code: str
    name: str
    message: str
    path: Path
    span: Span
    confidence: Confidence = Confidence.CERTAIN
    severity: Severity = Severity.WARNING
    context: str = ""
    """Where the code runs: `route GET /users`, `dependency get_user`, `coroutine load`."""
    function: str = ""
    """The function that the finding stands in, dotted, without its module."""
    call: str = ""
    """The call as written, shortened: `requests.get(...)`."""
    resolves_to: str = ""
    """The library callable at the end of the chain: `requests.get`."""
    category: str = ""
    """sleep, http, database, file, subprocess, network, wait, service, model, console, cpu or path."""
    advice: str = ""
    """What to do instead, one sentence without a full stop."""
    chain: tuple[Step, ...] = ()
    fix: FixPlan | None = None
    resource: str = ""
    """The same for calls on one resource (an opened file, a session) in one function: one story for people. Empty for none."""
    rank: int = 0
    """Of the findings at one place, each of another category, only the selected one of the lowest rank is told."""

    @property
    def key(self) -> tuple[Path, str, str, str, str]:
        """What stays the same of it when code around it moves."""
        return self.path, self.code, self.function, self.call, self.resolves_to
