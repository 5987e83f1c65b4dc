"""Findings to render."""

from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Confidence, Finding, Severity, Step
from fastapi_async_lint.results import Report, Statistics

ROOT = Path("/project")
ROUTES = ROOT / "shop" / "routes.py"
RATES = ROOT / "shop" / "rates.py"
ROUTES_TEXT = """\
@app.get("/price")
async def read_price() -> float:
    rate = current_rate("EUR")
    return rate * 100
"""
RATES_TEXT = """\
import requests

def current_rate(currency):
    return requests.get(
        URL,
        params={"to": currency},
    ).json()
"""

NUMBERS = Statistics(
    files=3,
    lines=120,
    functions=9,
    loop_functions=4,
    calls=40,
    unresolved_calls=10,
    first_party_imports=6,
    unresolved_imports=("shop.missing",),
    suppressed=2,
    bounds=(),
)

THROUGH_HELPER = Finding(
    code="FAL202",
    name="blocking-http-call",
    message="requests.get blocks the event loop (route GET /price, via shop.rates.current_rate)",
    path=ROUTES,
    span=Span(3, 11, 3, 30),
    context="route GET /price",
    function="read_price",
    call='current_rate("EUR")',
    resolves_to="requests.get",
    category="http",
    advice="await an async client, or run_in_threadpool(current_rate, ...)",
    chain=(
        Step("shop.routes.read_price", ROUTES, Span(3, 11, 3, 30), 'current_rate("EUR")'),
        Step("shop.rates.current_rate", RATES, Span(4, 11, 7, 5), "requests.get(...)"),
    ),
)

AT_STARTUP = Finding(
    code="FAL104",
    name="blocking-file-io",
    message="open blocks the event loop (startup)",
    path=ROUTES,
    span=Span(4, 4, 4, 10),
    confidence=Confidence.LIKELY,
    severity=Severity.INFO,
    context="lifespan, before yield",
    category="file",
)

UNREADABLE = Finding(
    code="FAL901", name="unreadable-file", message="cannot be read: it ends early", path=ROOT / "broken.py", span=Span(1, 0, 1, 0)
)


def report(*findings: Finding, texts: dict[Path, str] | None = None, statistics: Statistics = NUMBERS) -> Report:
    """A report on these findings."""
    return Report(findings, statistics, ROOT, {ROUTES: ROUTES_TEXT, RATES: RATES_TEXT} if texts is None else texts)
