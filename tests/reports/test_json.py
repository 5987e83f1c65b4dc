import json
from dataclasses import replace
from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.json import render
from tests.reports.samples import ADVICE, FIX_EDITS, FIXED, RATES, ROOT, ROUTES, THROUGH_HELPER, UNREADABLE, report

VIEW = View(ROOT)


def test_a_finding_has_the_documented_fields_in_their_order() -> None:
    """Names are absolute, rows and columns count from 1."""
    (one,) = json.loads(render(report(THROUGH_HELPER), VIEW))
    assert list(one.items()) == [
        ("code", "FAL202"),
        ("name", "blocking-http-call"),
        ("message", "requests.get blocks the event loop (route GET /price, via shop.rates.current_rate)"),
        ("filename", str(ROUTES)),
        ("location", {"row": 3, "column": 12}),
        ("end_location", {"row": 3, "column": 31}),
        ("noqa_row", 3),
        ("url", "https://fastapi-async-lint.readthedocs.io/en/stable/rules/FAL202-blocking-http-call/"),
        ("fix", None),
        ("confidence", "certain"),
        ("context", "route GET /price"),
        ("function", "read_price"),
        ("call", 'current_rate("EUR")'),
        ("resolves_to", "requests.get"),
        ("category", "http"),
        (
            "chain",
            [
                {
                    "function": "shop.routes.read_price",
                    "filename": str(ROUTES),
                    "location": {"row": 3, "column": 12},
                    "call": 'current_rate("EUR")',
                },
                {
                    "function": "shop.rates.current_rate",
                    "filename": str(RATES),
                    "location": {"row": 4, "column": 12},
                    "call": "requests.get(...)",
                },
            ],
        ),
    ]


def test_a_fix_is_its_plan_and_its_edits() -> None:
    """An edit names its file only if that is not the finding's."""
    other = Edit(RATES, Span(1, 0, 1, 0), "import asyncio\n")
    (one,) = json.loads(render(replace(report(FIXED), edits={FIXED: (other, *FIX_EDITS)}), VIEW))
    assert one["fix"] == {
        "applicability": "safe",
        "message": "run current_rate in a worker thread",
        "edits": [
            {
                "content": "import asyncio\n",
                "location": {"row": 1, "column": 1},
                "end_location": {"row": 1, "column": 1},
                "filename": str(RATES),
            },
            {
                "content": "from fastapi.concurrency import run_in_threadpool\n\n",
                "location": {"row": 1, "column": 1},
                "end_location": {"row": 1, "column": 1},
            },
            {
                "content": 'await run_in_threadpool(current_rate, "EUR")',
                "location": {"row": 3, "column": 12},
                "end_location": {"row": 3, "column": 31},
            },
        ],
        "reasons": [],
    }


def test_advice_is_a_fix_without_edits() -> None:
    """It says why there are none."""
    (one,) = json.loads(render(report(replace(THROUGH_HELPER, fix=ADVICE)), VIEW))
    assert one["fix"] == {
        "applicability": "display",
        "message": "use an asynchronous client",
        "edits": [],
        "reasons": ["its exceptions differ"],
    }


def test_no_findings_are_an_empty_list() -> None:
    """A clean run is valid JSON too."""
    assert render(report(), VIEW) == "[]\n"


def test_a_comment_can_stand_on_the_noqa_row() -> None:
    """It is the call's first line, unless a string or a backslash goes on from there."""

    def row(text: str, end_row: int) -> int:
        finding = replace(THROUGH_HELPER, span=Span(1, 0, end_row, 1))
        noqa_row = json.loads(render(report(finding, texts={ROUTES: text}), VIEW))[0]["noqa_row"]
        assert isinstance(noqa_row, int)
        return noqa_row

    assert row("get(\n  url\n)", 3) == 1
    assert row('get("""\n  url\n""")', 3) == 3
    assert row("get \\\n (url)", 2) == 2
    assert row('get("""one row""", "another"\n)', 2) == 1
    assert row("a text that no tokenizer reads (", 1) == 1


def test_any_text_can_be_said() -> None:
    """Output is ASCII, so that no stream's encoding stands in the way; undecodable file names survive."""
    path = Path("/project") / "na\udce9f.py"
    text = render(report(replace(UNREADABLE, path=path, message="キ")), VIEW)
    assert text.isascii()
    (one,) = json.loads(text)
    assert (one["filename"], one["message"]) == (str(path), "キ")
