"""The documents say what is true: examples fire, advice is silent, pages are current, links lead somewhere, settings and commands are accepted."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import click
import pytest

from fastapi_async_lint import catalogue, settings
from fastapi_async_lint.catalogue.catalogue import merge
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.cli.program import PROGRAM, program
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports.parts.places import page as address_of
from fastapi_async_lint.rules import Rule, all_rules
from fastapi_async_lint.settings import check_selectors
from tests.support import assert_as_expected, check
from tools.docs import PAGES, ROOT, SECTIONS, THROUGH_A_HELPER, Page, category_of, code_blocks, documentation_of, pages, stale
from tools.known_calls import BEST_KNOWN, lookup

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md"), ROOT / "tests" / "fixtures" / "README.md"]
)
TESTED_ELSEWHERE = {"docs/catalogue-format.md": "test_catalogue_format.py"}
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_of(path: Path) -> str:
    """The path as shown in messages."""
    return path.relative_to(ROOT).as_posix()


def blocks(language: str) -> Iterator[object]:
    """The fenced code blocks in that language of all documents whose code has no test of its own."""
    for document in DOCUMENTS:
        if document.parent != PAGES and name_of(document) not in TESTED_ELSEWHERE:
            for number, match in enumerate(_FENCED.finditer(document.read_text(encoding="utf-8"))):
                if match[1] == language:
                    yield pytest.param(match[2], id=f"{name_of(document)}-{number}")


# ------------------------------------------------------------------------------------------------------------ rules' pages


def test_pages_are_current() -> None:
    """`python tools/docs.py` would change nothing."""
    assert not [name_of(path) for path in stale()]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_every_rule_has_every_section(rule: Rule) -> None:
    """In the usual order; with two codes the example and what to write instead stand there for each."""
    expected = list(SECTIONS)
    if len(rule.codes) > 1:
        expected[4:4] = [f"Example{THROUGH_A_HELPER}", f"Instead{THROUGH_A_HELPER}"]
    headline, sections = documentation_of(rule)
    assert list(sections) == expected
    assert all(text.strip() for text in sections.values())
    assert headline.startswith(rule.summary)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_the_example_fires(page: Page, tmp_path: Path) -> None:
    """With its page's code and no other; if the rule is about a category of the catalogue, the finding is of that category."""
    examples = code_blocks(page.section("Example"))
    assert examples
    for number, text in enumerate(examples):
        findings = findings_in(text, page.code, tmp_path / str(number))
        assert {(finding.code, finding.category) for finding in findings} == {(page.code, category_of(page.rule))}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_the_advice_is_silent(page: Page, tmp_path: Path) -> None:
    """What is to be written instead is silent for all codes of the rule."""
    advice = code_blocks(page.section("Instead"))
    assert advice
    for number, text in enumerate(advice):
        findings = findings_in(text, page.code, tmp_path / str(number))
        assert not {finding.code for finding in findings} & set(page.rule.codes)


def findings_in(text: str, code: str, folder: Path) -> tuple[Finding, ...]:
    """The findings in a project of this one file, the code selected beside the default ones."""
    folder.mkdir()
    (folder / "main.py").write_text(text, encoding="utf-8")
    return check(folder, extend_select=(code,)).findings


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_finding_points_to_its_page(page: Page) -> None:
    """The address in machine-readable reports ends like the page's file name."""
    assert address_of(page.code, page.rule.name).rstrip("/").rpartition("/")[2] == page.stem
    assert (PAGES / f"{page.stem}.md").is_file()


@pytest.mark.parametrize("category", BEST_KNOWN)
def test_the_best_known_calls_are_in_the_catalogue(category: str) -> None:
    """They block, and in that category."""
    known = whole_catalogue()
    entries = {path: lookup(known, path) for path in BEST_KNOWN[category]}
    assert not [path for path, entry in entries.items() if entry is None or not entry.blocks or entry.category != category]
    assert len(entries) <= 10


@cache
def whole_catalogue() -> catalogue.Catalogue:
    """All libraries at once."""
    return merge(libraries(available()).values())


# --------------------------------------------------------------------------------------------------------- other documents


def test_the_readme_lists_the_rules() -> None:
    """Codes, names and links of its table are those of the rules, in their order."""
    rows = re.findall(r"^\| (?=\[FAL)(.*) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    shown = [[cell.strip() for cell in row.split("|")][:3] for row in rows]
    links = {page.code: f"[{page.code}](docs/rules/{page.stem}.md)" for page in pages()}
    assert shown == [[links[rule.codes[0]], links[rule.codes[1]] if len(rule.codes) > 1 else "", rule.name] for rule in all_rules()]


def test_the_architecture_names_every_stage() -> None:
    """Each file and folder of the package stands on its line in docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    stages = {
        path.stem for path in (ROOT / "src" / "fastapi_async_lint").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert not [stage for stage in sorted(stages) if not stage.startswith("__") and not re.search(rf"\b{stage}\b", text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    """To a file of the repository, and to a heading in it where one is named. Addresses elsewhere are not asked."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    broken = []
    for link in _LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@cache
def anchors(document: Path) -> frozenset[str]:
    """What a link into the document may name: its headings in lower case, with hyphens for blanks and without punctuation."""
    headings = _HEADING.findall(document.read_text(encoding="utf-8"))
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize("text", list(blocks("python")))
def test_python_is_as_the_text_says(text: str, tmp_path: Path) -> None:
    """Code compiles. A module that says what is expected has exactly these findings: lines without an expectation are silent."""
    compile(text, "document", "exec")
    if "# expect:" in text and "import " in text:
        (tmp_path / "main.py").write_text(text, encoding="utf-8")
        assert_as_expected(tmp_path)


@pytest.mark.parametrize("text", list(blocks("toml")))
def test_settings_are_accepted(text: str, tmp_path: Path) -> None:
    """TOML is valid; tables of ours hold keys, values, rules and catalogue entries that exist."""
    if "fastapi-async-lint" not in tomllib.loads(text).get("tool", {}):
        return
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    chosen = settings.load([tmp_path])
    assert chosen.config_file == tmp_path / "pyproject.toml"
    check_selectors(chosen, {code: rule.name for rule in all_rules() for code in rule.codes})
    catalogue.load((), chosen.catalogue)
    assert replace(chosen, config_file=None) != settings.load([tmp_path], isolated=True)


def commands() -> Iterator[object]:
    """Every `fastapi-async-lint ...` in the documents that is no summary of what may follow."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        found = re.findall(rf"(?:^\$ |`|^ {{4}}){PROGRAM} ([^`\n\[]+)(?=`|$)", text, re.MULTILINE)
        for command in dict.fromkeys(found):
            yield pytest.param(command, id=f"{name_of(document)}-{command}")


@pytest.mark.parametrize("command", list(commands()))
def test_commands_are_understood(command: str) -> None:
    """The command exists and takes these options and arguments; it is not run."""
    around = click.Context(program, info_name=PROGRAM)
    words = shlex.split(command)
    name, rest = (words[0], words[1:]) if words[0] in program.list_commands(around) else ("check", words)
    found = program.get_command(around, name)
    assert found is not None
    found.make_context(name, rest, parent=around)
