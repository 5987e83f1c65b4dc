"""The keys that fixes go by: offloaders do what is written, hazards are real, and what is said of threads and changes is said of real names."""

import asyncio
import contextlib
import contextvars
import decimal
import importlib
import inspect
import io
import logging
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any

import pytest

from fastapi_async_lint.catalogue import load
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, Offloader
from tests.catalogue.test_standard_library import ELSEWHERE
from tools.installed import NotInstalled, resolve

pytestmark = pytest.mark.anyio

NAMES = sorted(available())

OFFLOADERS = {
    "anyio.to_thread.run_sync": "anyio",
    "asgiref.sync.sync_to_async": "asgiref",
    "asyncer.asyncify": "asyncer",
    "asyncio.to_thread": "asyncio",
    "starlette.concurrency.run_in_threadpool": "fastapi",
}
"""The functions that can be chosen, and an import that brings each."""

KEYWORDS = ("args", "callable", "context", "executor", "f", "func", "function", "kwargs", "limiter", "loop", "self", "thread_sensitive")
"""Keywords of a function that is handed over; each could be one of the offloader's own."""


@pytest.fixture
def anyio_backend() -> str:
    """The loop that applications run on."""
    return "asyncio"


def known(name: str) -> Catalogue:
    """What is known where only this library is imported: itself and what it requires."""
    return merge(libraries([name]).values())


def behaviours(record: ClassEntry) -> Iterator[tuple[str, Behaviour]]:
    """Every behaviour of a class, with the name of the attribute or of the use that it is about."""
    yield from record.methods.items()
    yield from record.properties.items()
    for use in ("construct", "enter", "exit", "async_enter", "iterate", "async_iterate", "call", "item"):
        if (behaviour := getattr(record, use)) is not None:
            yield f"<{use}>", behaviour


# ----------------------------------------------------------------------------------------------------------- offloaders


def written(text: str) -> list[Any]:
    """The functions behind what an offloader is written as: `module:name` or a dotted path below an imported module, `|` between them."""
    found = []
    for spelling in text.split("|"):
        module, _, name = spelling.rpartition(":") if ":" in spelling else spelling.rpartition(".")
        first, *rest = name.split(".")
        try:
            start = importlib.import_module(f"{module}.{first}")
        except ModuleNotFoundError:
            start = getattr(importlib.import_module(module), first)
        found.append(reduce(getattr, rest, start))
    return found


def given(*arguments: object, **keywords: object) -> tuple[object, ...]:
    """Where it runs, and with what."""
    return threading.current_thread() is threading.main_thread(), arguments, keywords


def hand_over(offloader: Offloader, *arguments: object, **keywords: object) -> Awaitable[object]:
    """What a program writes to run `given` with that offloader."""
    function = written(offloader.written)[0]
    match offloader.style:
        case "factory":
            handed: Awaitable[object] = function(given)(*arguments, **keywords)
        case "positional":
            assert not keywords
            handed = function(given, *arguments)
        case _:
            handed = function(given, *arguments, **keywords)
    return handed


def offloader_of(path: str) -> Offloader:
    """What the catalogue says of how it is written."""
    entry = load([OFFLOADERS[path]]).function(path)
    assert entry is not None
    assert entry.offloader is not None
    return entry.offloader


def test_offloaders_are_these() -> None:
    """No other function can be chosen."""
    entries = [entry for name in NAMES for entry in libraries([name])[name].functions if entry.offloader is not None]
    assert {entry.names[0] for entry in entries} == OFFLOADERS.keys()


@pytest.mark.parametrize("path", sorted(OFFLOADERS))
async def test_an_offloader_runs_in_a_thread_what_it_is_given(path: str) -> None:
    """Written as the catalogue says it hands the arguments on, and the call does not run on the loop's thread."""
    offloader = offloader_of(path)
    assert all(function is resolve(path) for function in written(offloader.written))
    assert await hand_over(offloader, 1, "two") == (False, (1, "two"), {})
    if offloader.style != "positional":
        assert await hand_over(offloader, 1, two=2) == (False, (1,), {"two": 2})


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("path", sorted(path for path in OFFLOADERS if offloader_of(path).style != "positional"))
async def test_keywords_clash_as_they_are_said_to(path: str, keyword: str) -> None:
    """A keyword that the offloader takes for itself is a TypeError, and every other one is handed on."""
    offloader = offloader_of(path)
    if keyword in offloader.clashes:
        with pytest.raises(TypeError):
            await hand_over(offloader, **{keyword: 1})
    else:
        assert await hand_over(offloader, **{keyword: 1}) == (False, (), {keyword: 1})


async def test_a_positional_offloader_takes_no_keywords_of_the_function() -> None:
    """Which is why its style says so: they would be its own, or an error."""
    (function,) = written(offloader_of("anyio.to_thread.run_sync").written)
    with pytest.raises(TypeError):
        await function(given, two=2)


# ------------------------------------------------------------------------------------------------------- names of tables


@pytest.mark.parametrize("name", NAMES)
def test_rewrites_can_be_called(name: str) -> None:
    """What takes a call's place exists and gives an awaitable; `.name` is a coroutine of what holds the receiver."""
    library = libraries([name])[name]
    sources = [*library.functions, *(behaviour for record in library.classes for _, behaviour in behaviours(record))]
    for rewrite in (rewrite for source in sources for rewrite in source.rewrite):
        if rewrite.call.startswith("."):
            holders = [record for record in library.classes if rewrite.call[1:] in record.coroutines]
            assert any("Spooled" in text for record in holders for text in record.attributes.values())
        else:
            function = written(rewrite.call)[0]
            assert inspect.iscoroutinefunction(function) or rewrite.passes == "receiver"


@pytest.mark.parametrize("name", NAMES)
def test_mutators_are_methods(name: str) -> None:
    """Each method that changes its object exists, where the package is installed."""
    missing = set()
    for record in libraries([name])[name].classes:
        try:
            owner = resolve(record.name) if record.mutators else None
        except NotInstalled:
            pytest.skip(f"{name} is not installed")
        missing |= {f"{record.name}.{method}" for method in record.mutators if not hasattr(owner, method)}
    assert missing - ELSEWHERE == set()


@pytest.mark.parametrize(
    ("path", "is_safe"),
    [
        ("builtins.str", True),
        ("builtins.tuple", True),
        ("builtins.frozenset", True),
        ("builtins.bytes", True),
        ("builtins.set", False),
        ("builtins.bytearray", False),
        ("builtins.list", False),
        ("builtins.dict", False),
        ("pathlib.Path", True),
        ("datetime.datetime", True),
        ("logging.FileHandler", True),
        ("queue.PriorityQueue", True),
        ("threading.local", False),
        ("sqlite3.Connection", False),
    ],
)
def test_the_nearest_class_decides_what_threads_may_share(path: str, is_safe: bool) -> None:
    """A set is a frozenset to the tables, and changes all the same."""
    assert load([path]).is_thread_safe(path) is is_safe


@pytest.mark.parametrize("name", NAMES)
def test_what_threads_may_share_is_bound_to_none(name: str) -> None:
    """No class is said to be for several threads at once and to depend on the one that it is used in."""
    catalogue = known(name)
    torn = {
        path
        for path, (record, _) in catalogue.classes.items()
        if record.thread_safe and catalogue.hazard(path) in ("thread", "main-thread", "loop")
    }
    assert torn == set()


def test_the_environment_is_text() -> None:
    """What changes it concerns the whole process; what reads it gives what it always gave."""
    catalogue = load(["os"])
    environment = catalogue.object_type("os.environ")
    assert environment is not None
    assert str(environment.head) == "os._Environ"
    for method in ("clear", "pop", "popitem", "setdefault", "update"):
        found = catalogue.member("os._Environ", method)
        assert found is not None
        assert found.method is not None
        assert found.method.hazard == "process"
        assert catalogue.mutates("os._Environ", method)


# -------------------------------------------------------------------------------------------------------------- changes


class Holder:
    """Has an attribute."""

    def __init__(self, count: int) -> None:
        self.count = count


CHANGES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "builtins.setattr": (Holder(1), ("count", 2)),
    "builtins.delattr": (Holder(1), ("count",)),
    "bisect.insort": ([1, 3], (2,)),
    "bisect.insort_left": ([1, 3], (2,)),
    "bisect.insort_right": ([1, 3], (2,)),
    "heapq.heapify": ([3, 2, 1], ()),
    "heapq.heappush": ([2, 3], (1,)),
    "heapq.heappop": ([2, 3], ()),
    "heapq.heapreplace": ([2, 3], (1,)),
    "heapq.heappushpop": ([2, 3], (4,)),
    "operator.setitem": ([1], (0, 2)),
    "operator.delitem": ([1], (0,)),
    "operator.iadd": ([1], ([2],)),
    "operator.iconcat": ([1], ([2],)),
    "operator.ior": ({1}, ({2},)),
    "operator.iand": ({1}, ({2},)),
    "operator.ixor": ({1}, ({2},)),
    "operator.isub": ({1}, ({1},)),
    "operator.imul": ([1], (2,)),
    "random.shuffle": (list(range(1000)), ()),
}


@pytest.mark.parametrize("path", CHANGES)
def test_what_is_said_to_change_its_argument_does(path: str) -> None:
    """The first argument is another afterwards."""
    changed, rest = CHANGES[path]
    entry = load([path]).function(path)
    assert entry is not None
    assert entry.changes == (0,)
    before = repr(getattr(changed, "__dict__", changed))
    resolve(path)(changed, *rest)
    assert repr(getattr(changed, "__dict__", changed)) != before


@pytest.mark.parametrize(("path", "arguments"), [("builtins.globals", ()), ("builtins.vars", (Holder(1),)), ("logging.getLogger", ("a",))])
def test_what_is_said_to_be_shared_is_no_new_object(path: str, arguments: tuple[object, ...]) -> None:
    """Calling it twice gives one object."""
    entry = load([path]).function(path)
    assert entry is not None
    assert entry.shared
    function = resolve(path)
    assert function(*arguments) is function(*arguments)


# -------------------------------------------------------------------------------------------------------------- hazards


def hazard_of(path: str) -> str:
    """Why the call means something else elsewhere: its own word, or its class's."""
    catalogue = load([path])
    entry = catalogue.callable(path)
    own = entry.hazard if entry is not None else ""
    return own or catalogue.hazard(path) or catalogue.hazard(path.rpartition(".")[0])


HAZARDS = {
    "loop": ["asyncio.get_running_loop", "asyncio.create_task", "asyncio.Event.set", "asyncio.Queue.put_nowait", "asyncio.Task.cancel"],
    "context": ["contextvars.ContextVar.set", "contextvars.ContextVar.reset", "decimal.setcontext"],
    "thread": ["threading.get_ident", "threading.local", "sqlite3.Connection.execute", "sqlite3.Cursor.fetchone"],
    "exception": ["logging.exception", "logging.Logger.exception", "sys.exc_info", "traceback.format_exc"],
    "main-thread": ["signal.signal", "signal.set_wakeup_fd"],
    "stack": ["inspect.stack", "sys._getframe", "traceback.print_stack"],
    "stop": ["builtins.next"],
    "process": ["os.chdir", "os.umask", "contextlib.redirect_stdout", "warnings.simplefilter", "random.seed", "locale.setlocale"],
    "lock": ["threading.Lock.acquire", "threading.RLock", "threading.Condition", "multiprocessing.synchronize.RLock"],
    "": [
        "asyncio.run",
        "asyncio.run_coroutine_threadsafe",
        "asyncio.AbstractEventLoop.call_soon_threadsafe",
        "asyncio.AbstractEventLoop.run_until_complete",
        "asyncio.Future.done",
        "contextvars.ContextVar.get",
        "contextvars.copy_context",
        "logging.Logger.info",
        "queue.Queue.put",
        "threading.Event.set",
        "traceback.format_exception",
        "warnings.warn",
    ],
}


@pytest.mark.parametrize(("hazard", "path"), [(hazard, path) for hazard, paths in HAZARDS.items() for path in paths])
def test_hazards(hazard: str, path: str) -> None:
    """What a call means elsewhere, and that its near relations mean the same everywhere."""
    assert hazard_of(path) == hazard


async def in_thread(function: Callable[[], object]) -> object:
    """Runs it in a worker thread with the caller's context, as all offloaders but run_in_executor do."""
    return await asyncio.to_thread(function)


async def test_the_loop_is_not_found_in_a_thread() -> None:
    """What asks for the running loop is a RuntimeError there."""
    coroutine = asyncio.sleep(0)
    for call in (asyncio.get_running_loop, asyncio.current_task, lambda: asyncio.create_task(coroutine), lambda: asyncio.timeout(1)):
        with pytest.raises(RuntimeError):
            await in_thread(call)
    await coroutine


async def test_a_context_variable_that_a_thread_sets_is_lost() -> None:
    """Its caller reads the old value, and its token does not fit; what the caller set is there."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="default")
    token = variable.set("caller")
    assert await in_thread(variable.get) == "caller"
    await in_thread(lambda: variable.set("thread"))
    assert variable.get() == "caller"
    with pytest.raises(ValueError, match="different Context"):
        await in_thread(lambda: variable.reset(token))


async def test_a_decimal_context_that_a_thread_sets_is_lost() -> None:
    """It is a context variable."""
    before = decimal.getcontext().prec
    await in_thread(lambda: decimal.setcontext(decimal.Context(prec=before + 5)))
    assert decimal.getcontext().prec == before


async def test_thread_local_values_and_identity_differ() -> None:
    """A thread has its own."""
    local = threading.local()
    local.value = 1
    assert await in_thread(lambda: hasattr(local, "value")) is False
    assert await in_thread(threading.get_ident) != threading.get_ident()


async def test_a_connection_of_sqlite3_checks_its_thread() -> None:
    """Each use in another one is an error."""
    connection = sqlite3.connect(":memory:")
    cursor = connection.cursor()
    for call in (lambda: connection.execute("select 1"), lambda: cursor.execute("select 1"), connection.close):
        with pytest.raises(sqlite3.ProgrammingError, match="thread"):
            await in_thread(call)
    connection.close()


async def test_the_exception_that_a_caller_handles_is_unknown_in_a_thread(caplog: pytest.LogCaptureFixture) -> None:
    """What looks at it finds none."""
    try:
        raise KeyError(1)
    except KeyError:
        assert "KeyError" in traceback.format_exc()
        assert await in_thread(sys.exc_info) == (None, None, None)
        assert await in_thread(traceback.format_exc) == "NoneType: None\n"
        await in_thread(lambda: logging.getLogger("there").exception("failed"))
    assert "KeyError" not in caplog.text


async def test_signals_belong_to_the_main_thread() -> None:
    """Elsewhere they are a ValueError."""
    for call in (lambda: signal.signal(signal.SIGUSR1, signal.SIG_DFL), lambda: signal.set_wakeup_fd(-1)):
        with pytest.raises(ValueError, match="main thread"):
            await in_thread(call)


async def test_the_stack_of_a_caller_is_not_there() -> None:
    """A thread has a stack of its own."""
    here = inspect.currentframe()
    assert here is not None
    name = here.f_code.co_name
    assert name in {frame.name for frame in traceback.extract_stack()}
    assert name not in await in_thread(lambda: {frame.name for frame in traceback.extract_stack()})  # type: ignore[operator] # a set


def test_stop_iteration_does_not_come_through() -> None:
    """A coroutine turns it into a RuntimeError, whichever thread raised it."""

    async def drained() -> object:
        return next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(drained())


async def test_what_the_process_shares_is_changed_for_all() -> None:
    """While a thread has redirected the standard output, the loop's thread writes to where it goes."""
    own, entered, left = sys.stdout, threading.Event(), threading.Event()

    def redirected() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            entered.set()
            left.wait(timeout=10)

    with ThreadPoolExecutor(max_workers=1) as executor:
        running = executor.submit(redirected)
        assert await in_thread(lambda: entered.wait(timeout=10))
        seen = sys.stdout
        left.set()
        await asyncio.wrap_future(running)
    assert seen is not own
    assert sys.stdout is own
