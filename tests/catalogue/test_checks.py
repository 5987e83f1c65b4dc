"""What is wrong with a project's own tables is one line: file, line, key, what was expected, the nearest valid word."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fastapi_async_lint.catalogue import CatalogueError, load
from fastapi_async_lint.catalogue.checks import misshapen, references
from fastapi_async_lint.catalogue.load import available, libraries, user_library
from fastapi_async_lint.catalogue.schema import Library
from fastapi_async_lint.cli import main
from fastapi_async_lint.settings.places import dotted
from tests.support import write_project

HEADER = "[tool.fastapi-async-lint.catalogue]\n"
FUNCTION = "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = ['a.b']\n"
CLASS = "[[tool.fastapi-async-lint.catalogue.classes]]\nname = 'a.B'\n"
CATEGORIES = "sleep, http, database, file, subprocess, network, wait, service, model, console, cpu, path"

WRONG = {
    "unknown key of an entry": (FUNCTION + "bloks = 'certain'", "3: catalogue.functions[0].bloks: unknown key; did you mean blocks?"),
    "unknown key of all tables": (HEADER + "klasses = []", "2: catalogue.klasses: unknown key; did you mean classes?"),
    "unknown key of a condition": (
        FUNCTION + "when = [{ argument = 1, given = true }]",
        "3: catalogue.functions[0].when[0].argument: unknown key; expected one of name, position, held, equals, given, type, contains, names",
    ),
    "unknown key of a method": (
        CLASS + "methods.go = { block = 'pure' }",
        "3: catalogue.classes[0].methods.go.block: unknown key; did you mean blocks?",
    ),
    "unknown level": (
        FUNCTION + "blocks = 'certian'",
        '3: catalogue.functions[0].blocks: expected one of brief, certain, cheap, likely, pure, found "certian"; did you mean certain?',
    ),
    "unknown category": (
        HEADER + "category = 'databse'",
        (
            "2: catalogue.category: expected one of console, cpu, database, file, http, model, network, path, service, sleep, subprocess, wait, "
            'found "databse"; did you mean database?'
        ),
    ),
    "unknown place": (
        FUNCTION + "runs = [{ argument = 0, where = 'treads' }]",
        (
            "3: catalogue.functions[0].runs[0].where: expected one of construct, kind, later, loop, never, now, own-loop, process, serialise, "
            'thread, found "treads"; did you mean thread?'
        ),
    ),
    "missing names": (
        "[[tool.fastapi-async-lint.catalogue.functions]]\nblocks = 'pure'",
        "1: catalogue.functions[0]: `names` is missing",
    ),
    "no names": (
        "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = []",
        "2: catalogue.functions[0].names: expected at least one dotted path",
    ),
    "one name without brackets": (
        "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = 'a.b'",
        '2: catalogue.functions[0].names: expected a list of strings, found "a.b"',
    ),
    "one table without brackets": (
        "[tool.fastapi-async-lint.catalogue.classes]\nname = 'a.B'",
        "1: catalogue.classes: expected a list of tables, found {'name': 'a.B'}",
    ),
    "a name for a position": (FUNCTION + "changes = ['a']", '3: catalogue.functions[0].changes[0]: expected a number, found "a"'),
    "one position without brackets": (FUNCTION + "changes = 0", "3: catalogue.functions[0].changes: expected a list of numbers, found 0"),
    "a position from the end": (
        FUNCTION + "changes = [-1]",
        "3: catalogue.functions[0].changes[0]: expected an argument's position, from 0, found -1",
    ),
    "a number for a name": (CLASS + "shown = 1", "3: catalogue.classes[0].shown: expected a string, found 1"),
    "a word for a truth": (CLASS + "open = 'yes'", '3: catalogue.classes[0].open: expected true or false, found "yes"'),
    "a truth for a position": (
        FUNCTION + "when = [{ position = true, given = true }]",
        "3: catalogue.functions[0].when[0].position: expected a number, found true",
    ),
    "a list for a literal": (
        FUNCTION + "when = [{ position = 1, equals = [1] }]",
        "3: catalogue.functions[0].when[0].equals: expected true, false, a number or a string, found [1]",
    ),
    "a list for a table": (CLASS + "methods = []", "3: catalogue.classes[0].methods: expected a table, found []"),
    "a word for a table": (CLASS + "construct = 'pure'", '3: catalogue.classes[0].construct: expected a table, found "pure"'),
    "a malformed type": (
        FUNCTION + "returns = 'list[str'",
        "3: catalogue.functions[0].returns: expected a type such as list[str], found \"list[str\": expected ',' or ']' before ''",
    ),
    "a malformed type of an attribute": (
        CLASS + "[tool.fastapi-async-lint.catalogue.classes.attributes]\nx = ''\ny = 'a b'",
        "5: catalogue.classes[0].attributes.y: expected a type such as list[str], found \"a b\": unexpected 'b' in type 'a b'",
    ),
    "an unknown type": (
        FUNCTION + "returns = 'awaitable[lst[str]]'",
        '3: catalogue.functions[0].returns: unknown type "lst" in "awaitable[lst[str]]"; did you mean list?',
    ),
    "a type without its module": (
        HEADER + "objects = { 'a.c' = 'Sessionmaker' }",
        '2: catalogue.objects.a.c: unknown type "Sessionmaker" in "Sessionmaker"; a class is written with its full dotted path',
    ),
    "blocking without a category": (
        FUNCTION + "blocks = 'likely'",
        f"3: catalogue.functions[0].blocks: what blocks needs a `category`, its own or one for all tables: one of {CATEGORIES}",
    ),
    "a list without a category": (
        CLASS + "likely = ['go']",
        f"3: catalogue.classes[0].likely: what blocks needs a `category`, its own, the class's or one for all tables: one of {CATEGORIES}",
    ),
    "a method without a category": (
        CLASS + "enter = { blocks = 'brief' }",
        f"3: catalogue.classes[0].enter.blocks: what blocks needs a `category`, its own or one for all tables: one of {CATEGORIES}",
    ),
    "a bare builtin": (
        "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = [\n  'a.b',\n  'open',\n]",
        '4: catalogue.functions[0].names[1]: expected a full dotted path such as builtins.open, found "open"',
    ),
    "a bare name": (
        "[[tool.fastapi-async-lint.catalogue.classes]]\nname = 'Repo'",
        '2: catalogue.classes[0].name: expected a full dotted path such as app.database.query, found "Repo"',
    ),
    "a pattern that runs": (
        "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = ['a.*']\nruns = [{ argument = 0, where = 'thread' }]",
        '3: catalogue.functions[0].runs: is for functions named one by one; "a.*" only says how much every function blocks',
    ),
    "a pattern in the middle": (
        "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = ['a.*.b']",
        '2: catalogue.functions[0].names[0]: expected a full dotted path such as app.database.query, found "a.*.b"',
    ),
    "a pattern for classes": (
        "[[tool.fastapi-async-lint.catalogue.classes]]\nname = 'a.*'",
        '2: catalogue.classes[0].name: a class is named by its path; a pattern such as "a.*" stands for functions',
    ),
    "a condition on no argument": (
        FUNCTION + "unless = [{ given = true }]",
        "3: catalogue.functions[0].unless[0]: which argument? `position`, `name` or both were expected",
    ),
    "a condition without a test": (
        FUNCTION + "unless = [{ name = 'x' }]",
        "3: catalogue.functions[0].unless[0]: expected exactly one of equals, given, type, contains, names",
    ),
    "two tests": (
        FUNCTION + "unless = [{ name = 'x', equals = 0, names = ['a.B'] }]",
        "3: catalogue.functions[0].unless[0]: expected exactly one of equals, given, type, contains, names",
    ),
    "a constant without its module": (
        FUNCTION + "unless = [{ name = 'x', names = ['a.B', 'C'] }]",
        '3: catalogue.functions[0].unless[0].names[1]: expected a full dotted path such as app.database.query, found "C"',
    ),
    "nothing to run": (
        FUNCTION + "runs = [{ where = 'thread' }]",
        "3: catalogue.functions[0].runs[0]: what is run? `argument`, `name` or both, or `held`, were expected",
    ),
    "an unknown base": (
        CLASS + "bases = ['requests.Sesion']",
        '3: catalogue.classes[0].bases[0]: no such class is described: "requests.Sesion"; did you mean requests.Session?',
    ),
    "an unknown file": (
        HEADER + "requires = ['reqests']",
        '2: catalogue.requires[0]: the catalogue has no file for "reqests"; did you mean requests?',
    ),
    "a mirror": (
        HEADER + "mirrors = 'httpx'",
        "2: catalogue.mirrors: only a library's own file can mirror another; `aliases` gives another name to a path",
    ),
}


@pytest.mark.parametrize(("tables", "message"), WRONG.values(), ids=WRONG)
def test_an_error_is_one_line(
    tables: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names file, line and key; nothing is checked, and the exit code is 2."""
    folder = write_project(tmp_path, {"pyproject.toml": tables + "\n", "main.py": "import requests\n"})
    monkeypatch.chdir(folder)
    assert main(["--no-cache", "."]) == 2
    assert capsys.readouterr() == ("", f"fastapi-async-lint: error: {folder / 'pyproject.toml'}:{message}\n")


def test_without_a_file_the_error_names_what_the_caller_names() -> None:
    """Tables may come from elsewhere."""
    with pytest.raises(CatalogueError, match=r"^here: functions\[0\].names: expected a list of strings") as caught:
        load([], {"functions": [{"names": 1}]}, "here")
    assert (caught.value.keys, caught.value.reason[:8]) == (("functions", 0, "names"), "expected")


@pytest.mark.parametrize("name", sorted(available()))
def test_shipped_files_have_the_shape(name: str) -> None:
    """The explanation of errors and the loader agree on what is right."""
    text = (resources.files("fastapi_async_lint.catalogue") / f"{name}.toml").read_text(encoding="utf-8")
    assert misshapen(tomllib.loads(text)) is None


def test_what_tables_refer_to_is_loaded() -> None:
    """A type, a base or a condition may name a class of a library that the project does not import itself."""
    tables = {
        "requires": ["bcrypt"],
        "aliases": {"app.http": "httpx"},
        "functions": [
            {
                "names": ["a.session"],
                "returns": "list[sqlalchemy.orm.Session] | awaitable[redis.Redis]",
                "unless": [{"position": 0, "names": ["fcntl.LOCK_NB"]}],
            }
        ],
        "classes": [
            {"name": "a.Client", "bases": ["requests.Session"], "methods": {"go": {"when": [{"position": 0, "type": ["PIL.Image.Image"]}]}}}
        ],
    }
    named = {"bcrypt", "httpx", "sqlalchemy.orm.Session", "redis.Redis", "requests.Session", "PIL.Image.Image", "fcntl.LOCK_NB"}
    assert references(user_library(tables, "")) == named
    known = load([], tables)
    assert known.member("a.Client", "post").method.level == "certain"  # type: ignore[union-attr]
    assert known.is_class("sqlalchemy.orm.Session")
    assert known.is_class("app.http.Client")
    assert not libraries([]).keys() & {"redis", "requests", "sqlalchemy", "httpx", "bcrypt", "PIL"}


SAMPLE: dict[str, object] = {
    "category": "http",
    "requires": ["io"],
    "objects": {"a.b": "int"},
    "functions": [
        {
            "names": ["a.c"],
            "blocks": "likely",
            "when": [{"name": "x", "position": 1, "equals": "y"}],
            "runs": [{"argument": 0, "where": "thread", "methods": ["go"], "injects": True}],
            "decorator": "both",
            "offload": False,
        }
    ],
    "classes": [{"name": "a.D", "certain": ["*"], "construct": {"returns": "int"}, "methods": {"go": {"coroutine": True}}, "open": True}],
}
OTHERS: tuple[object, ...] = (1, 1.5, True, "x", [], ["x"], [1], [[]], {}, {"x": "y"}, {"x": 1}, {"name": 1})


def places(value: object, keys: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value of the sample."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [keys, *(place for key, item in inner for place in places(item, (*keys, key)))]


def replaced(value: Any, keys: tuple[str | int, ...], by: object) -> Any:
    """The sample with another value at one place."""
    if not keys:
        return by
    if isinstance(value, dict):
        return {key: replaced(item, keys[1:], by) if key == keys[0] else item for key, item in value.items()}
    return [replaced(item, keys[1:], by) if number == keys[0] else item for number, item in enumerate(value)]


@pytest.mark.parametrize("keys", places(SAMPLE)[1:], ids=dotted)
def test_what_the_loader_refuses_is_explained(keys: tuple[str | int, ...]) -> None:
    """And only that, whatever stands at whatever place; the explanation is about that place or something in it."""
    for other in OTHERS:
        tables = replaced(SAMPLE, keys, other)
        try:
            msgspec.convert(tables, Library)
        except msgspec.ValidationError:
            problem = misshapen(tables)
            assert problem is not None
            assert problem.keys[: len(keys)] == keys
        else:
            assert misshapen(tables) is None
