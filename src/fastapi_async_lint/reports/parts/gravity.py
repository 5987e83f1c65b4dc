"""Finding -> how grave it is, in the three degrees that other programs know."""

from typing import Literal, TypeAlias

from fastapi_async_lint.findings import Confidence, Finding, Severity

Gravity: TypeAlias = Literal["error", "warning", "note"]


def gravity(finding: Finding) -> Gravity:
    """`error` for what certainly stalls requests, `warning` for what likely does, `note` for what runs while nobody waits yet."""
    if finding.severity is Severity.INFO:
        return "note"
    return "error" if finding.confidence is Confidence.CERTAIN else "warning"
