import pytest

from fastapi_async_lint.reports import View, formats, load
from tests.reports.samples import AT_STARTUP, HOSTILE, ROOT, THROUGH_HELPER, UNREADABLE, full_report, report


def test_every_file_is_a_format() -> None:
    """There is no list to keep: folders and files of the package are what there is."""
    assert {"full", "concise", "json"} <= set(formats())
    assert "parts" not in formats()


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("colour", [False, True])
def test_every_format_renders_every_finding(name: str, colour: bool) -> None:
    """Whatever a finding lacks, each format can say it, and ends its last line."""
    text = load(name).render(report(THROUGH_HELPER, AT_STARTUP, UNREADABLE), View(ROOT, colour=colour, width=80))
    assert text.endswith("\n")
    for code in ("FAL202", "FAL104", "FAL901"):
        assert code in text


@pytest.mark.parametrize("name", formats())
def test_every_format_says_what_it_needs(name: str) -> None:
    """Who reads it, whether fixes are to be worked out for it, and whether it can tell what comments silence."""
    form = load(name)
    assert form.FOR_PEOPLE is (name in {"full", "concise"})
    assert form.WANTS_EDITS is (name in {"json", "jsonl", "sarif", "rdjson"})
    assert form.SHOWS_SUPPRESSED is (name == "sarif")


@pytest.mark.parametrize("name", formats())
def test_every_format_is_deterministic_and_stands_any_name(name: str) -> None:
    """Twice the same text; a hostile name raises nothing, and what programs read can be written in any encoding."""
    form, view = load(name), View(ROOT, detailed=True, suppressed=True)
    text = form.render(full_report(), view)
    assert form.render(full_report(), view) == text
    if not form.FOR_PEOPLE and name != "github":
        assert text.isascii()
    assert HOSTILE.code in text


@pytest.mark.parametrize("name", formats())
def test_every_format_stands_an_empty_report(name: str) -> None:
    """What programs read is valid then too: each format's own test says so."""
    text = load(name).render(report(), View(ROOT))
    assert not text or text.endswith("\n")
