"""docs/catalogue-format.md: every TOML block on the page is valid, its first example runs, and it leaves nothing of the format out."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from fastapi_async_lint.catalogue import schema
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import libraries, user_library
from fastapi_async_lint.catalogue.types import Type, parse
from tests.support import assert_project

PAGE = (Path(__file__).parent.parent / "docs" / "catalogue-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
TABLES = (schema.Condition, schema.Run, schema.Behaviour, schema.FunctionEntry, schema.Hook, schema.ClassEntry, schema.Library)
WORDS = (schema.CategoryName, schema.Level, schema.Where, schema.How, schema.Role)
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
    """The loader takes each block, and each type in it parses and names a class of the page or of the standard library."""
    record = user_library(tables(block), "docs/catalogue-format.md")
    known = merge([*libraries(["io"]).values(), *(user_library(tables(each), "") for each in BLOCKS), record])
    for text in types(tables(block)):
        assert unknown(parse(text), known) == set(), text


def unknown(type_: Type, known: Catalogue) -> set[str]:
    """The names in a type that are neither a head of the format nor a known class."""
    if type_.head in HEADS:
        return set() if type_.head not in {"awaitable", "class"} else {name for part in type_.arguments for name in unknown(part, known)}
    own = set() if type_.head == "|" or known.is_class(type_.head if "." in type_.head else f"builtins.{type_.head}") else {type_.head}
    return own.union(*(unknown(part, known) for part in type_.arguments))


def test_the_example_runs(tmp_path: Path) -> None:
    """With the tables of the first example in its pyproject.toml, its program has the findings that its comments foretell."""
    assert_project(tmp_path, {"pyproject.toml": BLOCKS[0], "main.py": PROGRAMS[0]})


def test_without_the_tables_the_example_is_silent(tmp_path: Path) -> None:
    """What nobody describes is unknown, and unknown is silent."""
    assert_project(tmp_path, {"main.py": re.sub(r"  # expect.*", "", PROGRAMS[0])})


def test_a_known_call_can_be_kept_quiet(tmp_path: Path) -> None:
    """An entry of a user for a library's function replaces the library's entry."""
    program = "import bcrypt\n\n\nasync def check():\n    bcrypt.checkpw(b'', b''){}\n    bcrypt.hashpw(b'', b'')  # expect: FAL120\n"
    assert_project(tmp_path / "loud", {"main.py": program.format("  # expect: FAL120")})
    assert_project(tmp_path / "quiet", {"pyproject.toml": BLOCKS[1], "main.py": program.format("")})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_is_explained(table: type[msgspec.Struct]) -> None:
    """The page names each key of each table."""
    assert {key for key in table.__struct_fields__ if not re.search(rf"\b{key}\b", PAGE)} == set()


@pytest.mark.parametrize("words", WORDS, ids=["category", "level", "where", "how", "role"])
def test_every_word_is_explained(words: object) -> None:
    """The page names each word that a key may have."""
    assert {word for word in filter(None, get_args(words)) if f"`{word}`" not in PAGE} == set()


def test_every_head_of_a_type_is_explained() -> None:
    """The page names each special head of a type."""
    assert {head for head in HEADS if f'"{head}' not in PAGE} == set()
