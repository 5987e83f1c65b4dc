"""`fastapi-async-lint catalogue`: what people read of a name, and of which libraries there are."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from fastapi_async_lint.catalogue import Type, load
from fastapi_async_lint.catalogue.description import (
    COROUTINE,
    SPECIALS,
    VALUE,
    Attribute,
    Operation,
    Unknown,
    concerned,
    describe,
    overview,
)
from fastapi_async_lint.catalogue.load import available
from fastapi_async_lint.catalogue.schema import Condition, Hazard, How, Level, Run, Where
from fastapi_async_lint.catalogue.types import OF_ARGUMENT, parse
from fastapi_async_lint.cli import descriptions, main
from fastapi_async_lint.rules import all_rules
from tests.support import write_project
from tests.test_cli import MAIN_ENVIRONMENT
from tools.catalogue_data import counts


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints."""
    assert main(["catalogue", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings but those that a test writes."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ------------------------------------------------------------------------------------------------------------ the answers


ANSWERS = {
    "redis.Redis.get": """\
The catalogue does not know get of redis.Redis by name. As a rule, methods of redis.Redis block the event loop.
  reported by  FAL103 called directly, FAL203 through a helper (blocking-database-call)
  instead      redis.asyncio.Redis
  in a thread  await run_in_threadpool(my_redis.get, ...)
  said by      catalogue/redis.toml, for every public method of redis.Redis that it does not name
""",
    "redis.Redis.transactoin": """\
The catalogue does not know transactoin of redis.Redis by name. As a rule, methods of redis.Redis block the event loop.
The nearest name that it knows is redis.Redis.transaction.
""",
    "redis.asyncio.Redis.get": """\
The catalogue does not know get of redis.asyncio.Redis by name. As a rule, methods of redis.asyncio.Redis are coroutine
functions: awaiting them does not block.
""",
    "requests.Session.get": """\
requests.Session.get blocks the event loop.
""",
    "threading.Lock.acquire": """\
threading.Lock.acquire blocks the event loop.
  reported by  FAL107 called directly, FAL207 through a helper (blocking-wait)
  unless       `blocking`=False, or `timeout`=0
  instead      asyncio.Lock
  in a thread  not this call: it is held until it is given back
  gives        bool
  said by      catalogue/threading.toml, of threading.Lock
""",
    "json.load": """\
json.load may block the event loop: it usually does.
  reported by  FAL104 called directly, FAL204 through a helper (blocking-file-io)
  unless       `fp` is of type io.StringIO or io.BytesIO
  in a thread  await run_in_threadpool(json.load, ...)
  said by      catalogue/json.toml, of json.load
""",
    "open()": """\
open blocks the event loop.
  reported by  FAL104 called directly, FAL204 through a helper (blocking-file-io)
  instead      anyio.open_file
  in a thread  await run_in_threadpool(open, ...)
  gives        io.TextIOWrapper
  said by      catalogue/builtins.toml, of builtins.open
""",
    "pathlib.Path.exists": """\
pathlib.Path.exists blocks the event loop for microseconds as a rule.
  reported by  FAL140 called directly, FAL240 through a helper (blocking-path-query, off by default)
  instead      anyio.Path
  in a thread  await run_in_threadpool(path.exists, ...)
  said by      catalogue/pathlib.toml, of pathlib.Path
""",
    "sorted": """\
sorted does not block.
  runs     iterates its first argument at once; calls `key` at once
  gives    list[an element of its first argument]
  said by  catalogue/builtins.toml, of builtins.sorted
""",
    "io.TextIOWrapper.__iter__": """\
iterating io.TextIOWrapper blocks the event loop.
  reported by  FAL104 called directly, FAL204 through a helper (blocking-file-io)
  in a thread  not single calls: the object belongs to a thread or keeps state between calls; move the whole unit of
               work
  gives        str or bytes
  said by      catalogue/io.toml, of io.TextIOWrapper
""",
    "os.environ": "Reading os.environ does nothing.\n  gives  os._Environ[str, str]\n",
    "requests.Response": """\
requests.Response is a class.
""",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it blocks, and how surely; who reports it, on which conditions; what instead; where that stands."""
    assert told(capsys, name).startswith(ANSWERS[name])


def test_a_class_is_told_by_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Its methods in lists, what making and using its objects does, and what it is also called."""
    assert told(capsys, "subprocess.Popen") == (
        "subprocess.Popen is a class.\n"
        "  reported by                   FAL105 called directly, FAL205 through a helper (blocking-subprocess)\n"
        "  instead                       asyncio.create_subprocess_exec\n"
        "  constructing                  blocks\n"
        "  leaving                       blocks\n"
        "  blocks                        communicate, wait\n"
        "  does not block                kill, poll, send_signal, terminate\n"
        "  does nothing when it is read  args, pid, returncode, stderr, stdin, stdout, universal_newlines\n"
        "  said by                       catalogue/subprocess.toml, of subprocess.Popen\n"
    )
    redis = told(capsys, "redis.Redis")
    assert "client, transaction, every other public method\n" in redis


def test_a_module_is_told_by_what_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A library, a part of one, the beginning of several; without classes that only the catalogue knows."""
    assert told(capsys, "bcrypt").startswith("bcrypt: no classes, 4 functions.\n")
    shown = told(capsys, "redis.asyncio")
    assert "redis.asyncio.Redis" in shown
    assert "Lazy" not in shown
    google = told(capsys, "google")
    assert "google.cloud.storage.Blob" in google
    assert "google.auth.default" in google


@pytest.mark.parametrize(
    ("name", "path", "said_of"),
    [
        ("fastapi.concurrency.run_in_threadpool", "starlette.concurrency.run_in_threadpool", "starlette.concurrency.run_in_threadpool"),
        ("redis.StrictRedis.get", "redis.Redis.get", "redis.Redis"),
        ("sqlmodel.Session.commit", "sqlmodel.Session.commit", "sqlalchemy.orm.Session"),
        ("httpx2.Client.get", "httpx2.Client.get", "httpx2.Client"),
        ("str.join", "builtins.str.join", "builtins.str"),
        ("threading.Lock.__enter__", "threading.Lock.__enter__", "threading.Lock"),
        ("subprocess.Popen.__init__", "subprocess.Popen", "subprocess.Popen"),
    ],
)
def test_names_resolve_as_in_the_analysis(name: str, path: str, said_of: str) -> None:
    """Through re-exports, aliases, inheritance and mirrors."""
    found = describe(load(concerned(name)), name)
    assert isinstance(found, Operation)
    assert (found.entry.path, found.origin.said_of) == (path, said_of)


def test_an_alias_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """In the first line, where the name is not the canonical one."""
    assert told(capsys, "fastapi.concurrency.run_in_threadpool").startswith(
        "fastapi.concurrency.run_in_threadpool is starlette.concurrency.run_in_threadpool.\n"
        "starlette.concurrency.run_in_threadpool is a coroutine function: awaiting it does not block.\n"
        "  runs     calls `func` in a worker thread, with the arguments behind it\n"
        "  gives    what `func` gives\n"
    )
    assert told(capsys, "redis.StrictRedis").startswith("redis.StrictRedis is redis.Redis.\nredis.Redis is a class.\n")


def test_attributes_are_known() -> None:
    """Of classes, with their types."""
    found = describe(load(["subprocess"]), "subprocess.Popen.stdout")
    assert isinstance(found, Attribute)


def test_properties_are_read() -> None:
    """What reading does is told as reading."""
    tables = {
        "classes": [{"name": "a.B", "category": "http", "properties": {"size": {"blocks": "certain", "source": "https://a.example"}}}]
    }
    found = describe(load([], tables), "a.B.size")
    assert isinstance(found, Operation)
    rules = {rule.category: rule for rule in all_rules() if rule.category}
    text = descriptions.of_operation(found, rules, "run_in_threadpool", 120)
    assert text.startswith("reading a.B.size blocks the event loop.\n")
    assert "  said by      the project's own tables\n  source       https://a.example\n" in text


@pytest.mark.parametrize(
    ("entry", "advice"),
    [
        ({}, "await run_in_threadpool(a.load, ...)"),
        ({"offload": False}, "not single calls: the object belongs to a thread or keeps state between calls; move the whole unit of work"),
        ({"hazard": "loop"}, "not this call: it needs the running event loop"),
        (
            {"lazy": [{"name": "stream", "given": True}]},
            "not this call alone if `stream` is given: what it gives then goes on with the work",
        ),
    ],
)
def test_what_a_thread_helps(entry: dict[str, object], advice: str) -> None:
    """The call alone, more than it, or nothing."""
    known = load([], {"functions": [{"names": ["a.load"], "blocks": "certain", "category": "file", **entry}]})
    found = describe(known, "a.load")
    assert isinstance(found, Operation)
    rules = {rule.category: rule for rule in all_rules() if rule.category}
    assert f"  in a thread  {advice}\n" in descriptions.of_operation(found, rules, "run_in_threadpool", 200)


# ---------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("reqests.get", "nothing is known of 'reqests.get'; did you mean requests.get?"),
        ("requests.Sesion", "nothing is known of 'requests.Sesion'; did you mean requests.Session?"),
        ("redis.Rediss.get", "nothing is known of 'redis.Rediss.get'; did you mean redis.Redis.get?"),
        ("requests.Session.gett", "nothing is known of 'requests.Session.gett'; did you mean requests.Session.get?"),
        (
            "requests.Session.zzz",
            "nothing is known of 'requests.Session.zzz'; `fastapi-async-lint catalogue requests.Session` lists what is known of requests.Session",
        ),
        ("hashpw", "nothing is known of 'hashpw'; did you mean bcrypt.hashpw?"),
        ("reqests", "nothing is known of 'reqests'; did you mean requests?"),
        ("zzz", "nothing is known of 'zzz'; a full dotted name as it is imported was expected, such as time.sleep"),
        ("", "nothing is known of ''; a full dotted name as it is imported was expected, such as time.sleep"),
        ("a..b", "nothing is known of 'a..b'; a full dotted name as it is imported was expected, such as time.sleep"),
    ],
)
def test_an_unknown_name_is_one_line_and_two(name: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the nearest known names, or what to ask instead."""
    assert main(["catalogue", name]) == 2
    assert capsys.readouterr() == ("", f"fastapi-async-lint: error: {message}\n")


def test_what_is_suggested_is_known() -> None:
    """Each nearest name has an answer of its own."""
    for name in ("redis.Rediss.gett", "sqlalchemy.orm.session.Sesion.commit", "httpx2.Clint.gett", "fastapi.concurency.run_in_threadpool"):
        found = describe(load(concerned(name)), name)
        assert isinstance(found, Unknown)
        assert found.nearest
        for near in found.nearest:
            assert not isinstance(describe(load(concerned(near)), near), Unknown)


# ------------------------------------------------------------------------------------------------------------- own tables


TABLES = """
    [tool.fastapi-async-lint]
    offloader = "asyncio.to_thread"

    [[tool.fastapi-async-lint.catalogue.functions]]
    names = ["acme.database.*", "redis.Redis.ping"]
    blocks = "likely"
    category = "database"
"""


def test_own_tables_count(in_an_empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the nearest pyproject.toml, or of the file that is named; none with --isolated."""
    write_project(in_an_empty_folder, {"pyproject.toml": TABLES})
    assert told(capsys, "acme.database.query") == (
        "acme.database.query may block the event loop: it usually does.\n"
        "  reported by  FAL103 called directly, FAL203 through a helper (blocking-database-call)\n"
        "  in a thread  await asyncio.to_thread(database.query, ...)\n"
        "  said by      the project's own tables\n"
    )
    assert told(capsys, "acme") == "acme: no classes, 1 function.\n  may block  acme.database.*\n"
    assert "may block" in told(capsys, "redis.Redis.ping")
    assert "methods of redis.Redis block the event loop.\n" in told(capsys, "redis.Redis.ping", "--isolated")
    (in_an_empty_folder / "pyproject.toml").rename(in_an_empty_folder / "pyproject.toml.old")
    write_project(in_an_empty_folder, {"lint.toml": '[[catalogue.functions]]\nnames = ["acme.x"]\n'})
    assert told(capsys, "acme.x", "--config", "lint.toml").startswith("acme.x does not block.\n")


def test_wrong_tables_are_an_error(in_an_empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same one as that of `check`, with or without a name."""
    write_project(in_an_empty_folder, {"pyproject.toml": TABLES.replace("likely", "likly")})
    for arguments in ([], ["time.sleep"]):
        assert main(["catalogue", *arguments]) == 2
        assert "pyproject.toml:6: catalogue.functions[0].blocks: expected one of" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------------------- the list


def test_without_a_name_the_libraries_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """One in each line, with what pip calls it and how much is known of it."""
    lines = told(capsys).splitlines()
    assert lines[0].split() == ["library", "installed", "as", "functions", "classes", "blocking"]
    assert [line.split()[0] for line in lines[1:]] == sorted(available())
    assert next(line.split()[:2] for line in lines if line.startswith("PIL ")) == ["PIL", "Pillow"]
    assert "(Python)" in next(line for line in lines if line.startswith("json "))


def test_the_figures_are_those_of_the_documents() -> None:
    """Functions and operations are counted in one way."""
    assert {each.library: each.operations for each in overview()} == {each.library: sum(each.blocking.values()) for each in counts()}


def test_the_list_fits_a_pipe() -> None:
    """A reader that has seen enough is no error."""
    command = f"{sys.executable} -m fastapi_async_lint catalogue | head -1"
    process = subprocess.run(["sh", "-c", command], env=MAIN_ENVIRONMENT, capture_output=True, text=True, check=False)
    assert process.stderr == ""
    assert process.stdout.startswith("library")


def test_a_look_up_reads_few_files() -> None:
    """Neither the parser nor other libraries' files are loaded for one name."""
    code = (
        "import sys; from fastapi_async_lint.cli import main; main(['catalogue', 'requests.get']);"
        "print(sorted({'libcst'} & set(sys.modules)), sys.modules['fastapi_async_lint.catalogue.load']._read.cache_info().currsize)"
    )
    process = subprocess.run([sys.executable, "-c", code], env=MAIN_ENVIRONMENT, capture_output=True, text=True, check=True)
    parsed, files = process.stdout.splitlines()[-1].rsplit(" ", 1)
    assert parsed == "[]"
    assert int(files) < 12


# ------------------------------------------------------------------------------------------------------------------- words


def test_there_are_words_for_everything() -> None:
    """For every word that a file may use, and every head of a type."""
    assert {*get_args(Level), COROUTINE} == set(descriptions.SENTENCES) == set(descriptions.OF_ALL)
    assert {*descriptions.SENTENCES, VALUE} == set(descriptions.VERDICTS)
    assert set(get_args(Hazard)) == set(descriptions.HAZARDS)
    assert set(get_args(Where)) == set(descriptions.PLACES)
    assert set(get_args(How)) == set(descriptions.VERBS)
    assert set(descriptions._DEPENDENT) == OF_ARGUMENT
    assert set(descriptions._SPECIALS) == set(SPECIALS)
    assert {rule.category for rule in all_rules()} >= {"sleep", "path"}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(name="timeout", position=1, equals=0), "`timeout`=0"),
        (Condition(position=2, equals=None, given=True), "its third argument is given"),
        (Condition(name="f", given=False), "`f` is not given"),
        (Condition(position=0, type=("a.B", "a.C")), "its first argument is of type a.B or a.C"),
        (Condition(name="mode", contains="n"), "`mode` contains 'n'"),
        (Condition(name="flags", names=("a.X", "a.Y")), "`flags` is or contains a.X or a.Y"),
        (Condition(position=9, equals=True), "its 10th argument is True"),
    ],
)
def test_conditions_in_words(condition: Condition, words: str) -> None:
    """By name where there is one, else by position."""
    assert descriptions.condition_in_words(condition) == words


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (Run(argument=0, where="thread", passes="rest"), "calls its first argument in a worker thread, with the arguments behind it"),
        (Run(argument=-1, where="loop", how="await"), "awaits all its arguments on the event loop"),
        (Run(held=0, where="now", how="iterate"), "iterates what it holds at once"),
        (Run(name="target", where="thread", passes="args"), "calls `target` in a worker thread, with args= and kwargs="),
    ],
)
def test_runs_in_words(run: Run, words: str) -> None:
    """What, how and where."""
    assert descriptions.run_in_words(run) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("list[str | None]", "list[str or None]"),
        ("self", "the same object"),
        ("T0", "what it holds"),
        ("arg[0, name]", "`name`"),
        ("arg[1, a.B]", "its second argument"),
        ("awaitable[result[0]]", "awaitable[what its first argument gives]"),
        ("instance[class_, a.B]", "an instance of `class_`"),
    ],
)
def test_types_in_words(text: str, words: str) -> None:
    """What depends on the call reads like a sentence."""
    tree: Type = parse(text)
    assert descriptions.type_in_words(tree) == words
