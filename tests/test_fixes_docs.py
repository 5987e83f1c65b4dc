"""docs/fixes.md: every pair of examples in it is what fixing the first one gives."""

import re
from pathlib import Path

import pytest

from tests.support import repair, write_project

PAGE = Path(__file__).parent.parent / "docs" / "fixes.md"
_SECTION = re.compile(r"^### (.*)$", re.MULTILINE)
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, bool, str, str]]:
    """(title, whether it is unsafe, before, after) of each section with two blocks."""
    text = PAGE.read_text(encoding="utf-8")
    unsafe = text.index("## Unsafe")
    starts = [*_SECTION.finditer(text)]
    ends = [*(match.start() for match in starts[1:]), len(text)]
    found = []
    for match, end in zip(starts, ends, strict=True):
        before, after = _BLOCK.findall(text, match.start(), end)
        found.append((match[1], match.start() > unsafe, before, after))
    return found


@pytest.mark.parametrize(("unsafe", "before", "after"), [example[1:] for example in examples()], ids=[example[0] for example in examples()])
def test_fixing_the_first_example_gives_the_second(tmp_path: Path, before: str, after: str, *, unsafe: bool) -> None:
    """The page shows what happens; an unsafe example is left alone by `--fix` alone."""
    project = write_project(tmp_path, {"main.py": before})
    found = repair(project, unsafe=unsafe)
    assert found.texts[project / "main.py"] == after
    assert not found.report.findings
    if unsafe:
        assert not repair(project).texts


def test_the_page_has_examples() -> None:
    """An empty page cannot pass for a good one."""
    assert {example[1] for example in examples()} == {False, True}
