"""Rules, catalogue and settings -> docs/rules/, docs/catalogue/, docs/catalogue.md, the table of rules in docs/README.md and the keys in
docs/settings.md.

    python tools/docs.py            writes them
    python tools/docs.py --check    names those that are not current, and fails if there are any

A page comes from the docstring of its rule's file and, where the rule has a category, from what the catalogue has in that category. A rule
with two codes has two pages: the sections `... through a helper` of its docstring take the place of `Example` and `Instead` on the second.
"""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

from fastapi_async_lint.rules import Rule, all_rules

if not __package__:
    sys.path.insert(0, str(Path(__file__).parent.parent))  # a script's neighbours are found as tests find them

from tools import catalogue_page, settings_page
from tools.known_calls import Summary, summaries

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = DOCS / "rules"
INDEX = DOCS / "README.md"

SECTIONS = ("What it finds", "Why it matters", "Example", "Instead", "Fix safety", "Limits")
THROUGH_A_HELPER = " through a helper"

_HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)
_CODE = re.compile(r"\bFAL\d{3}\b")
_CATEGORY = re.compile(r"catalogue's category `(\w+)`")
_CODE_BLOCK = re.compile(r"(?:^(?: {4}.*)?\n)*^ {4}.*\n?", re.MULTILINE)
_TABLE = re.compile(r"(?<=<!-- rules: written by tools/docs\.py -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)


class Documentation(NamedTuple):
    """A rule's docstring: its first sentence, and its sections by heading."""

    headline: str
    sections: dict[str, str]


class Page(NamedTuple):
    """One code's page. `place` is 0 for the rule's first code, 1 for the one through a helper."""

    rule: Rule
    place: int

    @property
    def code(self) -> str:
        """The page's code."""
        return self.rule.codes[self.place]

    @property
    def stem(self) -> str:
        """What the page's file is called, and the end of its address: `FAL101-blocking-sleep`."""
        return f"{self.code}-{self.rule.name}"

    def section(self, heading: str) -> str:
        """The text of the section for this code; empty if the rule does not have it."""
        found = documentation_of(self.rule).sections
        own = found.get(f"{heading}{THROUGH_A_HELPER}", "") if self.place else ""
        return own or found.get(heading, "")


def documentation_of(rule: Rule) -> Documentation:
    """The parts of the rule's documentation."""
    headline, *parts = _HEADING.split(rule.documentation.strip())
    return Documentation(" ".join(headline.split()), {title: text.strip("\n") for title, text in zip(parts[::2], parts[1::2], strict=True)})


def category_of(rule: Rule) -> str:
    """The catalogue's category that the rule is about; empty for none."""
    found = _CATEGORY.search(rule.documentation)
    return found[1] if found else ""


def code_blocks(text: str) -> list[str]:
    """The indented blocks of a section, without their indentation."""
    blocks = (match[0] for match in _CODE_BLOCK.finditer(text))
    return ["\n".join(line[4:] for line in block.strip("\n").split("\n")) + "\n" for block in blocks]


def pages() -> tuple[Page, ...]:
    """Every code's page, by code."""
    return tuple(sorted((Page(rule, place) for rule in all_rules() for place in range(len(rule.codes))), key=lambda page: page.code))


def generated() -> dict[Path, str]:
    """The text that each generated file should have."""
    known = summaries()
    texts = {PAGES / f"{page.stem}.md": render(page, known.get(category_of(page.rule))) for page in pages()}
    return (
        texts
        | catalogue_page.pages()
        | {settings_page.PAGE: settings_page.page(), INDEX: _TABLE.sub(lambda _: f"\n{table()}\n", INDEX.read_text(encoding="utf-8"))}
    )


def stale() -> list[Path]:
    """The generated files that are missing, out of date, or left over from a rule or family that is gone."""
    wanted = generated()
    wrong = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    present = [*PAGES.glob("*"), *catalogue_page.FOLDER.glob("*")]
    return sorted([*wrong, *(path for path in present if path not in wanted)])


# ------------------------------------------------------------------------------------------------------------------ pages


def render(page: Page, known: Summary | None) -> str:
    """The page as Markdown."""
    source = f"src/fastapi_async_lint/rules/{page.rule.name.replace('-', '_')}.py"
    parts = [
        f"<!-- Written by tools/docs.py from {source}{' and the catalogue' if known else ''}. Do not edit. -->",
        f"# {page.code} {page.rule.name}",
        _headline(page),
        *(f"## {heading}\n\n{_markdown(text, page.rule)}" for heading in SECTIONS[:4] if (text := page.section(heading))),
        *([f"## What the catalogue knows\n\n{_catalogue(known)}"] if known else []),
        *(f"## {heading}\n\n{_markdown(text, page.rule)}" for heading in SECTIONS[4:] if (text := page.section(heading))),
    ]
    return "\n\n".join(parts) + "\n"


def _headline(page: Page) -> str:
    """The rule in one sentence, and how this code stands to the rule's other one and to the defaults."""
    summary = page.rule.summary
    facts = []
    if len(page.rule.codes) > 1:
        other = Page(page.rule, 1 - page.place)
        summary += ", through a helper" if page.place else ", called directly"
        facts.append(f"{'Called directly' if page.place else 'Through a helper'}: [{other.code}]({other.stem}.md).")
    facts.append("On by default." if page.rule.default else f"Off by default: select `{page.code}` or `{page.rule.name}`.")
    return f"{summary}.\n\n{' '.join(facts)}"


def _markdown(text: str, rule: Rule) -> str:
    """A docstring's section as a page's: indented blocks get fences, and what it says of other documents gets links."""
    fenced = _CODE_BLOCK.sub(lambda match: f"\n```python\n{''.join(code_blocks(match[0]))}```\n", text + "\n").strip("\n")
    linked = re.sub(r"(?<![\w/(\[])docs/([a-z-]+\.md)", r"[docs/\1](../\1)", fenced)
    return _with_links_to_pages(linked, rule)


def _with_links_to_pages(text: str, rule: Rule) -> str:
    """The codes of other rules become links; code stays as it is."""
    stems = {page.code: page.stem for page in pages() if page.rule != rule}
    pieces = re.split(r"(```.*?```|`[^`\n]*`)", text, flags=re.DOTALL)
    return "".join(piece if piece.startswith("`") else _CODE.sub(lambda match: _link(match[0], stems), piece) for piece in pieces)


def _link(code: str, stems: Mapping[str, str]) -> str:
    return f"[{code}]({stems[code]}.md)" if code in stems else code


def _catalogue(known: Summary) -> str:
    """How much there is in the category, of which modules, and the best-known calls as a table."""
    kinds = [("Standard library", known.standard), ("Libraries", known.others)]
    modules = " ".join(f"{kind}: {', '.join(f'`{name}`' for name in names)}." for kind, names in kinds if names)
    text = f"{known.operations} functions, methods and other operations in the category `{known.category}`. {modules}"
    if len(known.calls) < known.operations:
        text += " The best known:"
    rows = [f"| {call.shown} | {call.blocks} | {call.instead} |" for call in known.calls]
    return "\n".join([fill(text, 140, break_on_hyphens=False), "", "| call | blocks | asynchronous twin |", "|---|---|---|", *rows])


def table() -> str:
    """Every rule in one line, with links to its pages."""
    lines = ["| direct | through a helper | name | what | by default |", "|---|---|---|---|---|"]
    for rule in all_rules():
        links = [f"[{page.code}](rules/{page.stem}.md)" for page in (Page(rule, place) for place in range(len(rule.codes)))]
        direct, helper = links if len(links) > 1 else (links[0], "")
        lines.append(f"| {direct} | {helper} | {rule.name} | {rule.summary} | {'on' if rule.default else 'off'} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description="Write the pages of rules, of the catalogue and of settings.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is not current")
    wrong = stale()
    if parser.parse_args().check:
        for path in wrong:
            print(f"{path.relative_to(ROOT).as_posix()} is not current: run python tools/docs.py", file=sys.stderr)
        return int(bool(wrong))
    for folder in (PAGES, catalogue_page.FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    wanted = generated()
    for path in wrong:
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
