"""Findings to render."""

from dataclasses import replace
from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Applicability, Change, Confidence, Edit, Finding, FixPlan, Severity, Step
from fastapi_async_lint.results import Report, RuleText, Statistics

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

SAFE = FixPlan(Applicability.SAFE, "run current_rate in a worker thread", (Change("offload", ROUTES, Span(3, 11, 3, 30)),))
FIXED = replace(THROUGH_HELPER, fix=SAFE)
FIX_EDITS = (
    Edit(ROUTES, Span(1, 0, 1, 0), "from fastapi.concurrency import run_in_threadpool\n\n"),
    Edit(ROUTES, Span(3, 11, 3, 30), 'await run_in_threadpool(current_rate, "EUR")'),
)
UNSAFE = FixPlan(Applicability.UNSAFE, "declare read_price `def`", reasons=("a caller awaits it", "it shares state"))
ADVICE = FixPlan(Applicability.DISPLAY, "use an asynchronous client", reasons=("its exceptions differ",))

HOSTILE_NAME = "a\"b'c\n::error::]]>--><script>alert(1)</script>&amp;%41,:値𐐀\x1b[31m\udce9"
"""What no format may take for its own signs; the last character is a byte that is no UTF-8."""
HOSTILE_PATH = ROOT / f"{HOSTILE_NAME.replace('/', '_')}.py"
HOSTILE = Finding(
    code="FAL202",
    name="blocking-http-call",
    message=f"{HOSTILE_NAME} blocks the event loop",
    path=HOSTILE_PATH,
    span=Span(1, 7, 1, 14),
    context=f"route GET {HOSTILE_NAME}",
    function="show",
    call=HOSTILE_NAME,
    resolves_to="requests.get",
    category="http",
    advice=f"do not {HOSTILE_NAME}",
    chain=(
        Step("main.show", HOSTILE_PATH, Span(1, 7, 1, 14), HOSTILE_NAME),
        Step(f"main.{HOSTILE_NAME}", HOSTILE_PATH, Span(2, 0, 2, 4), "requests.get(...)"),
    ),
    fix=FixPlan(Applicability.SAFE, f"run {HOSTILE_NAME} elsewhere", (Change("offload", HOSTILE_PATH, Span(1, 7, 1, 14)),)),
)
HOSTILE_TEXT = "'𐐀é' + load(1)  # ]]></pre><script>\nload(2)\n"
HOSTILE_EDITS = (Edit(HOSTILE_PATH, Span(1, 7, 1, 14), HOSTILE_NAME),)

RULES = (RuleText("FAL202", "blocking-http-call", "A synchronous HTTP request", "A synchronous HTTP request.\n\n## Why\nIt waits.\n"),)


def full_report() -> Report:
    """A report with every kind of finding, a hostile one among them, edits, and a silenced one."""
    return replace(
        report(HOSTILE, FIXED, AT_STARTUP, UNREADABLE, texts={ROUTES: ROUTES_TEXT, RATES: RATES_TEXT, HOSTILE_PATH: HOSTILE_TEXT}),
        edits={FIXED: FIX_EDITS, HOSTILE: HOSTILE_EDITS},
        suppressed=(replace(THROUGH_HELPER, span=Span(4, 4, 4, 10), chain=()),),
        rules=RULES,
    )


def report(*findings: Finding, texts: dict[Path, str] | None = None, statistics: Statistics = NUMBERS) -> Report:
    """A report on these findings."""
    return Report(findings, statistics, ROOT, {ROUTES: ROUTES_TEXT, RATES: RATES_TEXT} if texts is None else texts)
