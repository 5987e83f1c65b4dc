import pytest

from fastapi_async_lint.reports import View, formats, load
from tests.reports.samples import AT_STARTUP, ROOT, THROUGH_HELPER, UNREADABLE, report


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
