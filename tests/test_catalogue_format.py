"""docs/catalogue-format.md: every TOML block on the page is valid, its examples run, and it leaves nothing of the format out."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from fastapi_async_lint.catalogue import schema
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.checks import references
from fastapi_async_lint.catalogue.load import libraries, user_library
from fastapi_async_lint.catalogue.types import Type, parse
from tests.support import assert_as_expected, check, verdict, write_project

PAGE = (Path(__file__).parent.parent / "docs" / "catalogue-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```toml\n([^`]*?)^```\n\n```python\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
EXAMPLES = EXAMPLE.findall(PAGE)
TABLES = (
    *(schema.Condition, schema.Run, schema.Rewrite, schema.Offloader, schema.Hook),
    *(schema.Behaviour, schema.FunctionEntry, schema.ClassEntry, schema.Library),
)
WORDS = (schema.CategoryName, schema.Level, schema.Where, schema.How, schema.Role, schema.Hazard)
HEADS = ("T0", "arg", "awaitable", "awaited", "class", "element", "entered", "instance", "offloaded", "provided", "result", "self")


def tables(block: str) -> dict[str, Any]:
    """What a block says to the catalogue's loader: a user's tables, or a whole file."""
    read = tomllib.loads(block)
    return read["tool"]["fastapi-async-lint"]["catalogue"] if "tool" in read else read


def types(value: object, key: str = "") -> Iterator[str]:
    """Every type string below `returns`, `attributes`, `members`, `operators`, `objects` and `awaited`."""
    match value:
        case dict():
            for name, item in value.items():
                yield from types(item, key if key in {"returns", "attributes", "members", "operators", "objects"} else name)
        case list():
            for item in value:
                yield from types(item, key)
        case str() if key in {"returns", "attributes", "members", "operators", "objects", "awaited"}:
            yield value


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_is_valid(block: str) -> None:
    """The loader takes each block, and each type in it parses and names a class of the page or of a library that it refers to."""
    records = [user_library({**tables(each), "requires": []}, "docs/catalogue-format.md") for each in (block, *BLOCKS)]
    known = merge([*libraries(references(records[0])).values(), *records])
    for text in types(tables(block)):
        assert unknown(parse(text), known) == set(), text


def unknown(type_: Type, known: Catalogue) -> set[str]:
    """The names in a type that are neither a head of the format nor a known class."""
    if type_.head in HEADS:
        return set() if type_.head not in {"awaitable", "class"} else {name for part in type_.arguments for name in unknown(part, known)}
    own = set() if type_.head == "|" or known.is_class(type_.head if "." in type_.head else f"builtins.{type_.head}") else {type_.head}
    return own.union(*(unknown(part, known) for part in type_.arguments))


def files(block: str, program: str) -> dict[str, str]:
    """The project of an example: its tables, and its modules, each behind a line with its path; without such a line it is one file."""
    parts = re.split(r"^# ([\w/]+\.py)\n", program, flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2], strict=True)) or {"main.py": program}
    packages = {f"{name.rpartition('/')[0]}/__init__.py": "" for name in texts if "/" in name}
    return {"pyproject.toml": block, **packages, **texts}


def test_every_kind_of_entry_has_an_example() -> None:
    """Each section about a project's own tables shows one and code that it is about."""
    section = PAGE[PAGE.index("## In your own project") : PAGE.index("\n## Functions")]
    assert len(EXAMPLE.findall(section)) == section.count("\n### ") - 1 == 6  # the last one is about errors


@pytest.mark.parametrize(("block", "program"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_run(tmp_path: Path, block: str, program: str) -> None:
    """With its tables in a pyproject.toml a program has the findings that its comments foretell; without them it has others."""
    project = write_project(tmp_path / "with", files(block, program))
    assert_as_expected(project)
    bare = write_project(tmp_path / "without", files("[tool.fastapi-async-lint]\n", program))
    assert verdict(bare, check(bare).findings) != ""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_is_explained(table: type[msgspec.Struct]) -> None:
    """The page names each key of each table."""
    assert {key for key in table.__struct_fields__ if not re.search(rf"\b{key}\b", PAGE)} == set()


@pytest.mark.parametrize("words", WORDS, ids=["category", "level", "where", "how", "role", "hazard"])
def test_every_word_is_explained(words: object) -> None:
    """The page names each word that a key may have."""
    assert {word for word in filter(None, get_args(words)) if f"`{word}`" not in PAGE} == set()


def test_every_head_of_a_type_is_explained() -> None:
    """The page names each special head of a type."""
    assert {head for head in HEADS if f'"{head}' not in PAGE} == set()
