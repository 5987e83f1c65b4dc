"""docs/catalogue.md and its pages: every library once, every name that is known, and the version that it was checked with."""

import re

import pytest

from fastapi_async_lint.catalogue.description import verdict
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.rules import all_rules
from tools.catalogue_data import count, counts
from tools.catalogue_page import FAMILIES, FOLDER, PAGE, WORDS, everything, family, pages
from tools.docs import category_of

TEXTS = {path: text for path, text in pages().items() if path != PAGE}
OVERVIEW = pages()[PAGE]


def test_every_library_has_its_row_and_its_section() -> None:
    """The row leads to the section, whatever the family."""
    rows = re.findall(r"^\| \[([\w.]+)\]\(catalogue/(\w+)\.md#(\w+)\)", OVERVIEW, re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(available())
    for name, key, anchor in rows:
        assert f"\n## {name}\n" in TEXTS[FOLDER / f"{key}.md"]
        assert anchor == name.lower().replace(".", "")
    assert {key for _, key, _ in rows} == {path.stem for path in TEXTS} <= FAMILIES.keys()


@pytest.mark.parametrize("name", ["redis", "requests", "json", "boto3", "sqlalchemy"])
def test_a_section_has_every_name(name: str) -> None:
    """Functions by their verdict, classes with their methods; a class that only the catalogue knows by what gives it."""
    text = TEXTS[FOLDER / f"{family(count(name))}.md"]
    section = re.split(r"^## ", text.partition(f"\n## {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    library = libraries([name])[name]
    for entry in library.functions:
        for path in entry.names:
            known = everything().function(path)
            assert known
            assert re.search(rf"\*\*{WORDS[verdict(known)]}\*\*[^*]*`{re.escape(path)}`", section)
    for record in library.classes:
        line = f"- what `{record.shown}` gives: " if record.shown else f"- `{record.name}`: "
        listed = (*record.certain, *record.likely, *record.cheap, *record.pure, *record.coroutines)
        assert not listed or line in section
        assert not [method for method in listed if method != "*" and f"`{method}`" not in section]


def test_no_page_is_too_large_to_be_shown() -> None:
    """Sites that render Markdown stop at half a megabyte."""
    assert all(len(text.encode()) < 400_000 for text in pages().values())


def test_the_figures_are_those_of_the_counts() -> None:
    """In the first paragraph."""
    figures = counts()
    blocking = sum(sum(each.blocking.values()) for each in figures)
    assert (
        f"{len(available())} libraries and parts of the standard library, {sum(each.callables for each in figures)} functions" in OVERVIEW
    )
    assert f"{blocking} operations that may block" in OVERVIEW


def test_every_row_says_what_it_was_checked_with() -> None:
    """The version of the package, or why it was not checked."""
    assert [each.library for each in counts() if each.checked is None or not (each.checked.version or each.checked.unchecked)] == []


def test_rules_say_their_category() -> None:
    """As data and in their documentation."""
    assert {rule.name: rule.category for rule in all_rules()} == {rule.name: category_of(rule) for rule in all_rules()}
