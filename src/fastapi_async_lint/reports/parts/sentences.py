"""Finding -> sentences for where a table or a picture cannot stand: the chain step by step, what to do, and what a fix would do."""

from collections.abc import Iterator
from pathlib import Path

from fastapi_async_lint.findings import Applicability, Finding, FixPlan, Severity, Step
from fastapi_async_lint.reports.parts.places import place

LIKELY = "likely, not certain: it usually blocks, or only one of several possible callees does"
STARTUP = "this runs while the application starts or stops, when no request waits for it"
_OPTIONS = {Applicability.SAFE: "safe; --fix", Applicability.UNSAFE: "unsafe; --unsafe-fixes"}


def step(taken: Step) -> str:
    """`shop.routes.read_price calls current_rate(...)`."""
    return f"{taken.function} calls {taken.call}"


def told(finding: Finding, base: Path) -> Iterator[str]:
    """What there is to say beside the message, a line each."""
    if len(finding.chain) > 1:
        yield from (f"{step(taken)} at {place(taken.path, taken.span, base)}" for taken in finding.chain)
    if finding.severity is Severity.INFO:
        yield f"note: {STARTUP}"
    if finding.confidence == "likely":
        yield f"note: {LIKELY}"
    if finding.advice:
        yield f"help: {finding.advice}"
    if finding.fix and (offer := offered(finding.fix)):
        yield f"fix: {offer}"


def offered(fix: FixPlan) -> str:
    """What the fix does and which option applies it; empty for a plan that only says why there is none."""
    return "" if fix.applicability is Applicability.DISPLAY else f"{fix.message} ({_OPTIONS[fix.applicability]})"
