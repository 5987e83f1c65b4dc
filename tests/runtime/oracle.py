"""A coroutine, run on an event loop of its own -> how it blocked that loop.

Three witnesses are heard at once, because each is deaf to what another hears (docs/runtime-proof.md has the table):

- BlockBuster, which wraps 58 callables of the standard library in Python. Here it records instead of raising, so that a program that
  swallows exceptions hides nothing and runs on as it would without us.
- CPython's audit events, which no early binding (`from time import sleep`) escapes.
- A ticker: a task that wants to run every two milliseconds and notes how late it was. It hears everything that takes long, and nothing
  else can hear C code.

Only the thread of the observed loop is heard: worker threads, peers and `asyncio.run` inside a worker may block as they like.

Limits: CPython's asyncio. What is done in no time and raises no event is not seen. A machine that is busy may make the ticker late, so what
must be silent is run again before it is called blocking; see `unblocked`.
"""

import asyncio
import gc
import mimetypes
import os
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any, TypeVar

import anyio.to_thread
from blockbuster import BlockBuster, BlockBusterFunction

T = TypeVar("T")

TICK = 0.002
STALL = 0.05
"""Seconds that the ticker may be late before it counts. What tests expect to stall takes twice as long at least."""
ENOUGH = 100
"""So often is one callable recorded. After that it passes unheard, lest our own work become the stall that the ticker hears."""

EVENTS = frozenset(
    {
        "ftplib.connect",
        "imaplib.open",
        "open",
        "os.chmod",
        "os.fork",
        "os.forkpty",
        "os.link",
        "os.listdir",
        "os.mkdir",
        "os.posix_spawn",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "os.symlink",
        "os.system",
        "os.truncate",
        "os.utime",
        "poplib.connect",
        "shutil.copyfile",
        "shutil.copytree",
        "shutil.make_archive",
        "shutil.move",
        "shutil.rmtree",
        "shutil.unpack_archive",
        "smtplib.connect",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "sqlite3.connect",
        "subprocess.Popen",
        "tempfile.mkdtemp",
        "tempfile.mkstemp",
        "urllib.Request",
    }
)
"""The audit events that are heard: what enters the kernel and may wait there."""

ALLOWED_IN = (
    ("<frozen importlib._bootstrap>", "_find_and_load"),  # importing: once for each module, and never again
    ("<frozen importlib._bootstrap>", "_handle_fromlist"),
    ("/linecache.py", "updatecache"),  # what traceback and inspect read of source files
    ("<frozen linecache>", "updatecache"),
    ("/coverage/", ""),
    ("/_pytest/assertion/rewrite.py", ""),
    ("/asyncio/base_events.py", "subprocess_exec"),  # starts the process from the loop's thread, as there is no other way
    ("/asyncio/base_events.py", "subprocess_shell"),
    ("/asyncio/unix_events.py", "create_unix_server"),
    ("/asyncio/unix_events.py", "_stop_serving"),
)
"""(part of a file's path, function) on the stack in which nothing is recorded; an empty function stands for the whole file."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was heard on the loop's thread, in order, while one coroutine ran."""

    blocking_calls: tuple[str, ...]
    """Callables that BlockBuster would have raised for: `time.sleep`."""
    audited: tuple[str, ...]
    """Audit events: `open`."""
    longest_stall: float
    """The most seconds that the ticker was late."""
    threshold: float = STALL

    @property
    def stalled(self) -> bool:
        """The ticker was late by more than the threshold."""
        return self.longest_stall > self.threshold

    @property
    def blocked(self) -> bool:
        """At least one of the witnesses has heard something."""
        return bool(self.blocking_calls or self.audited or self.stalled)


@dataclass(slots=True)
class _Record:
    """What is being heard on one thread."""

    thread: int
    threshold: float
    blocking_calls: list[str] = field(default_factory=list)
    audited: list[str] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    longest_stall: float = 0.0

    def observation(self) -> Observation:
        return Observation(tuple(self.blocking_calls), tuple(self.audited), self.longest_stall, self.threshold)


_listening: dict[int, _Record] = {}
"""Thread -> the record that is open on it."""


# --------------------------------------------------------------------------------------------------------------- doors


def watch(start: Callable[[], Awaitable[T]], *, threshold: float = STALL) -> tuple[T, Observation]:
    """What awaiting `start()` on a fresh loop gives, and how it blocked that loop. Its exceptions pass through."""

    async def main() -> tuple[T, Observation]:
        async with watching(threshold=threshold) as observation:
            result = await start()
        return result, observation()

    return fresh_loop(main)


def fresh_loop(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine gives on a new event loop, in a process that has done what it does once."""
    _warm_up()
    return asyncio.run(main(), debug=False)


def observe(start: Callable[[], Awaitable[object]], *, threshold: float = STALL) -> Observation:
    """How awaiting `start()` blocks a fresh loop."""
    return watch(start, threshold=threshold)[1]


def unblocked(start: Callable[[], Awaitable[object]], *, threshold: float = STALL, attempts: int = 4) -> Observation:
    """The same for what must not block: the first observation that is silent, else the last one."""
    return settled(lambda: observe(start, threshold=threshold), attempts)


def settled(again: Callable[[], Observation], attempts: int = 4) -> Observation:
    """The first silent observation that `again()` gives, else the last one of so many.

    What blocks does so each time. A loaded machine is late now and then, and initialisation happens once.
    """
    observation = again()
    for _ in range(attempts - 1):
        if not observation.blocked:
            break
        observation = again()
    return observation


@asynccontextmanager
async def watching(*, threshold: float = STALL) -> AsyncIterator[Callable[[], Observation]]:
    """Observes the running loop while the block runs; what is yielded tells what was heard, during the block or after it.

    For code that needs things on the same loop beside what is observed. One observation at a time for each thread.
    """
    thread = threading.get_ident()
    if thread in _listening:
        raise RuntimeError("the loop is observed already")
    _install_audit_hook()
    record = _Record(thread, threshold)
    collecting = gc.isenabled()
    gc.disable()  # a collection among the objects of a whole test run takes longer than the threshold
    with recording():
        started = asyncio.Event()
        ticker = asyncio.create_task(_tick(record, started))
        await started.wait()
        _listening[thread] = record
        try:
            yield record.observation
            await asyncio.sleep(TICK)  # the ticker hears the end
        finally:
            del _listening[thread]
            ticker.cancel()
            if collecting:
                gc.enable()


@contextmanager
def recording() -> Iterator[None]:
    """BlockBuster's wrappers stand while the block runs; nothing is recorded outside of an observation.

    `watch` does this itself. A program under observation is imported inside such a block, so that names that it binds early are wrapped.
    """
    wrapped = _wrapped()
    wrapped.count += 1
    if wrapped.count == 1:
        wrapped.blockbuster.activate()
    try:
        yield
    finally:
        wrapped.count -= 1
        if wrapped.count == 0:
            wrapped.blockbuster.deactivate()


# ----------------------------------------------------------------------------------------------------------- witnesses


async def _tick(record: _Record, started: asyncio.Event) -> None:
    last = time.perf_counter()
    started.set()
    while True:
        await asyncio.sleep(TICK)
        now = time.perf_counter()
        record.longest_stall = max(record.longest_stall, now - last - TICK)
        last = now


@cache
def _install_audit_hook() -> None:
    """An audit hook cannot be removed again: there is one, and it hears only while an observation is open."""
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listening or event not in EVENTS:
        return
    record = _listening.get(threading.get_ident())
    if record is not None and not _harmless_event(event, arguments) and not _allowed_event():
        record.audited.append(event)


def _harmless_event(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        return isinstance(arguments[0], int)  # a descriptor that is open already, of a pipe for instance
    if event == "socket.connect":
        return bool(arguments[0].gettimeout() == 0)
    if event == "sqlite3.connect":
        return arguments[0] in (":memory:", "")
    return False


@dataclass(slots=True)
class _Wrapped:
    blockbuster: BlockBuster
    count: int = 0


@cache
def _wrapped() -> _Wrapped:
    """BlockBuster, whose predicates say that everything may block, and keep a record of it."""
    blockbuster = BlockBuster()
    for function in blockbuster.functions.values():
        function.can_block_predicate = _recorder(function)
    return _Wrapped(blockbuster)


def _recorder(function: BlockBusterFunction) -> Callable[..., bool]:
    may_block = function.can_block_predicate
    harmless = HARMLESS_CALLS.get(function.full_name, lambda *_, **__: False)
    allowed = _stack_check((*((file, name) for file, names in function.can_block_functions for name in names), *ALLOWED_IN))
    name = function.full_name

    def record(*args: Any, **kwargs: Any) -> bool:
        heard = _listening.get(threading.get_ident())
        if heard is None or heard.times[name] >= ENOUGH:
            return True
        if not may_block(*args, **kwargs) and not harmless(*args, **kwargs) and not allowed():
            heard.times[name] += 1
            heard.blocking_calls.append(name)
        return True

    return record


def _stack_check(where: tuple[tuple[str, str], ...]) -> Callable[[], bool]:
    """Tells whether one of these functions is on the stack of the caller's caller. Quick: files are written in thousands of small pieces."""
    known: dict[CodeType, bool] = {}

    def allowed() -> bool:
        frame: FrameType | None = sys._getframe(2)
        while frame:
            code = frame.f_code
            answer = known.get(code)
            if answer is None:
                file = code.co_filename.replace("\\", "/")
                answer = known[code] = any(part in file and function in ("", code.co_name) for part, function in where)
            if answer:
                return True
            frame = frame.f_back
        return False

    return allowed


_allowed_event = _stack_check(ALLOWED_IN)


def _in_memory(handle: sqlite3.Connection | sqlite3.Cursor, *_: object, **__: object) -> bool:
    """The connection has no file behind it. A statement that computes for long is the ticker's business."""
    try:
        connection = handle if isinstance(handle, sqlite3.Connection) else handle.connection
        cursor = sqlite3.Cursor(connection)
        cursor.row_factory = None
        return not any(file for _, _, file in cursor.execute("PRAGMA database_list"))
    except sqlite3.Error:  # closed, or another thread's: the call itself will say so
        return False


HARMLESS_CALLS: dict[str, Callable[..., bool]] = {
    "time.sleep": lambda seconds: seconds == 0,
    "os.path.abspath": os.path.isabs,  # no system call
    **{f"sqlite3.Cursor.{name}": _in_memory for name in ("execute", "executemany", "executescript", "fetchone", "fetchmany", "fetchall")},
    **{f"sqlite3.Connection.{name}": _in_memory for name in ("execute", "executemany", "executescript", "commit", "rollback")},
}
"""Callables that BlockBuster takes to be blocking -> when, by their arguments, they are not."""


@cache
def _warm_up() -> None:
    """What the standard library and the offloaders do once in a process is done before anything is observed."""
    mimetypes.init()
    asyncio.run(_first_hop())


async def _first_hop() -> None:
    await asyncio.to_thread(int)
    await anyio.to_thread.run_sync(int)
