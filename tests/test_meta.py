"""One string finds everything: a code is a rule, a page and a fixture folder; a category is a rule and a part of the catalogue."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from fastapi_async_lint import rules as rules_package
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import CategoryName
from fastapi_async_lint.rules import Rule, all_rules
from fastapi_async_lint.settings.selection import OFF_BY_DEFAULT
from tests.support import check, expectations
from tools.docs import PAGES, category_of, documentation_of
from tools.known_calls import summaries

FIXTURES = Path(__file__).parent / "fixtures"
RULES = {code: rule for rule in all_rules() for code in rule.codes}
CODES = sorted(RULES)

NOT_ACROSS_MODULES = {"FAL110": "it is about functions alone; none of its objects lives in another module"}
"""Code -> why there is no case over several modules."""


def cases(code: str) -> list[Path]:
    """The code's projects."""
    return sorted(FIXTURES.glob(f"{code}/*/before"))


def fires(project: Path, code: str) -> bool:
    """Some line of the project expects the code."""
    return any(expected.code == code for expected in expectations(project))


# ------------------------------------------------------------------------------------------------------------------ codes


def test_codes_and_names_are_unique() -> None:
    """No two rules share a code or a name."""
    assert len(CODES) == sum(len(rule.codes) for rule in all_rules())
    assert len({rule.name for rule in all_rules()}) == len(all_rules())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_is_called_like_its_file(rule: Rule) -> None:
    """`blocking-sleep` is rules/blocking_sleep.py; its codes are FAL and three digits, and the second is the first one's through a helper."""
    assert (Path(rules_package.__file__).parent / f"{rule.name.replace('-', '_')}.py").is_file()
    assert all(re.fullmatch(r"FAL\d{3}", code) for code in rule.codes)
    assert len(rule.codes) == 1 or rule.codes == (rule.codes[0], f"FAL2{rule.codes[0][4:]}")


def test_every_code_has_its_page_and_its_fixtures() -> None:
    """And no page or fixture folder is left over."""
    assert sorted(page.name for page in PAGES.iterdir()) == [f"{code}-{RULES[code].name}.md" for code in CODES]
    assert sorted(folder.name for folder in FIXTURES.glob("FAL*")) == CODES


def test_rules_and_settings_agree_on_what_is_off() -> None:
    """The rules that are off by default are those that the selector FAL leaves out."""
    assert {code for code, rule in RULES.items() if not rule.default} == OFF_BY_DEFAULT


# --------------------------------------------------------------------------------------------------------------- fixtures


@pytest.mark.parametrize("code", CODES)
def test_some_fixture_fires(code: str) -> None:
    """Each code is expected somewhere in its own folder."""
    assert any(fires(project, code) for project in cases(code))


@pytest.mark.parametrize("code", [code for code in CODES if code not in NOT_ACROSS_MODULES])
def test_some_fixture_fires_across_modules(code: str) -> None:
    """In a project of several modules."""
    assert any(len(list(project.rglob("*.py"))) > 1 and fires(project, code) for project in cases(code))


@pytest.mark.parametrize("code", CODES)
def test_some_fixture_is_a_near_miss(code: str) -> None:
    """A case called `silent`: it expects nothing, and finds nothing though the code is selected and nothing silences it."""
    project = FIXTURES / code / "silent" / "before"
    assert project.is_dir()
    assert not expectations(project)
    report = check(project, extend_select=(code,), per_file_ignores={})
    assert not report.findings
    assert not report.statistics.suppressed


@pytest.mark.parametrize("code", CODES)
def test_some_fixture_is_suppressed(code: str) -> None:
    """A comment that names the code silences a finding; where there can be no comment, a setting does."""
    assert any(silences(project, code) for project in cases(code))


def silences(project: Path, code: str) -> bool:
    """A comment or a setting of the project silences a finding of the code."""
    named = re.compile(rf"#\s*(?:noqa:|fastapi-async-lint:).*\b(?:{code}|{RULES[code].name})\b")
    if (
        any(named.search(path.read_text("utf-8", errors="replace")) for path in project.rglob("*.py"))
        and check(project).statistics.suppressed
    ):
        return True
    found = {finding.code for finding in check(project).findings}
    return code not in found and code in {finding.code for finding in check(project, per_file_ignores={}).findings}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_documentation_says_truly_whether_there_are_fixes(rule: Rule) -> None:
    """It says that there is none for a rule exactly if no finding of its fixtures has one."""
    says_none = re.match(r"(There is no|No) fix\b", documentation_of(rule).sections["Fix safety"]) is not None
    findings = (finding for code in rule.codes for project in cases(code) for finding in check(project, extend_select=(code,)).findings)
    assert says_none != any(finding.name == rule.name and finding.fix is not None and finding.fix.changes for finding in findings)


# -------------------------------------------------------------------------------------------------------------- catalogue


def test_every_category_has_one_rule_and_is_used() -> None:
    """The categories that the catalogue may name, those that it names, and those that rules are about are the same."""
    by_category = defaultdict(list)
    for rule in all_rules():
        by_category[category_of(rule)].append(rule.name)
    without_category = by_category.pop("", [])
    assert sorted(by_category) == sorted(get_args(CategoryName)) == sorted(summaries())
    assert all(len(names) == 1 for names in by_category.values())
    assert not [name for name in without_category if name.startswith(("blocking", "cpu"))]


@cache
def loaded_for(name: str) -> frozenset[str]:
    """The files that are read for a project that imports this dotted name."""
    return frozenset(libraries([name]))


@pytest.mark.parametrize("library", sorted(available()))
def test_every_catalogue_file_is_reached(library: str) -> None:
    """Whatever name of it a program imports, the file is read; and what it requires exists."""
    known = libraries([library])[library]
    names = {name for entry in known.functions for name in entry.names}
    names |= {name for record in known.classes for name in (record.name, *record.aliases)}
    names |= {*known.objects, *known.aliases}
    assert names
    assert not [name for name in sorted(names) if library not in loaded_for(name)]
    assert set(known.requires) <= available()
