"""Calls that the catalogue says may take another's place: run side by side they give the same value and raise the same exceptions."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent import futures
from typing import Any, BinaryIO, cast

import anyio
import pytest
from starlette.datastructures import UploadFile

from fastapi_async_lint.catalogue import load
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import Behaviour, Rewrite

pytestmark = pytest.mark.anyio

PROVEN = {
    ("time.sleep", "asyncio.sleep"),
    ("time.sleep", "anyio.sleep"),
    ("concurrent.futures.Future.result", "asyncio.wrap_future"),
    ("starlette.datastructures.SpooledUpload.read", ".read"),
    ("starlette.datastructures.SpooledUpload.close", ".close"),
}
"""The rewrites that this file runs."""

IN_MEMORY, ON_DISK = 10, 5000
SPOOL_LIMIT = 100


@pytest.fixture
def anyio_backend() -> str:
    """The loop that applications run on."""
    return "asyncio"


def rewrites() -> dict[tuple[str, str], Rewrite]:
    """Every rewrite of the catalogue, by the call's path and what takes its place."""
    found: dict[tuple[str, Behaviour], None] = {}
    for name in sorted(available()):
        library = libraries([name])[name]
        found |= {(path, entry): None for entry in library.functions for path in entry.names}
        found |= {
            (f"{record.name}.{method}", behaviour): None for record in library.classes for method, behaviour in record.methods.items()
        }
    return {(path, rewrite.call): rewrite for path, behaviour in found for rewrite in behaviour.rewrite}


def outcome(blocking: Callable[[], object]) -> tuple[str, object]:
    """What the call gives: its value, or the type and the arguments of what it raises."""
    try:
        return "value", blocking()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other call must raise it too
        return "raised", (type(error), error.args)


async def outcome_of(awaited: Callable[[], Awaitable[object]]) -> tuple[str, object]:
    """The same of a call that is awaited."""
    try:
        return "value", await awaited()
    except Exception as error:  # noqa: BLE001 - as above
        return "raised", (type(error), error.args)


def test_every_rewrite_is_proven_here() -> None:
    """The catalogue says of no other call that something may take its place."""
    assert rewrites().keys() == PROVEN


# ---------------------------------------------------------------------------------------------------------------- sleep


@pytest.mark.parametrize("sleep", [asyncio.sleep, anyio.sleep])
@pytest.mark.parametrize("seconds", [0, 0.001, True])
async def test_sleeping_gives_nothing(sleep: Callable[[float], Awaitable[object]], seconds: float) -> None:
    """All of them give None."""
    assert outcome(lambda: time.sleep(seconds)) == await outcome_of(lambda: sleep(seconds)) == ("value", None)


@pytest.mark.parametrize("sleep", [asyncio.sleep, anyio.sleep])
@pytest.mark.parametrize("seconds", ["1", None])
async def test_sleeping_for_what_is_no_number(sleep: Callable[[Any], Awaitable[object]], seconds: Any) -> None:
    """All of them raise a TypeError."""
    for raised in (outcome(lambda: time.sleep(seconds)), await outcome_of(lambda: sleep(seconds))):
        assert raised[0] == "raised"
        assert isinstance(raised[1], tuple)
        assert raised[1][0] is TypeError


async def test_sleeping_for_less_than_nothing() -> None:
    """A ValueError, but for asyncio.sleep, of which the catalogue says so."""
    for raised in (outcome(lambda: time.sleep(-1)), await outcome_of(lambda: anyio.sleep(-1))):
        assert raised[0] == "raised"
        assert isinstance(raised[1], tuple)
        assert raised[1][0] is ValueError
    assert await outcome_of(lambda: asyncio.sleep(-1)) == ("value", None)
    known = {rewrite.call: rewrite.negative for (path, _), rewrite in rewrites().items() if path == "time.sleep"}
    assert known == {"asyncio.sleep": False, "anyio.sleep": True}


# -------------------------------------------------------------------------------------------------------------- futures


class Refused(Exception):
    """An exception of a program's own."""


def fail(error: Exception) -> None:
    """Raises it."""
    raise error


@pytest.fixture(name="executor")
def running_executor() -> Any:
    """A worker thread."""
    with futures.ThreadPoolExecutor(max_workers=1) as executor:
        yield executor


async def test_a_future_that_is_wrapped_gives_its_value(executor: futures.Executor) -> None:
    """The very object, of a future that is done and of one that is not."""
    value = object()
    done = executor.submit(lambda: value)
    assert done.result() is value
    assert await asyncio.wrap_future(done) is value
    assert await asyncio.wrap_future(executor.submit(lambda: value)) is value


@pytest.mark.parametrize("error", [ValueError("x"), KeyError(1), Refused("a", 2), TimeoutError("late"), OSError(2, "gone")])
async def test_a_future_that_is_wrapped_raises_what_it_raised(executor: futures.Executor, error: Exception) -> None:
    """The same type with the same arguments."""
    future = executor.submit(fail, error)
    raised = outcome(future.result)
    assert raised == await outcome_of(lambda: asyncio.wrap_future(future)) == ("raised", (type(error), error.args))


async def test_a_future_that_was_cancelled_differs() -> None:
    """Its result is an Exception of concurrent.futures; wrapped, it is the CancelledError of asyncio, which is none. The table says so."""
    future: futures.Future[None] = futures.Future()
    future.cancel()
    with pytest.raises(futures.CancelledError):
        future.result()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wrap_future(future)
    assert not issubclass(asyncio.CancelledError, futures.CancelledError)


async def test_cancelling_who_waits_cancels_the_future() -> None:
    """What waits for a wrapped future that has not begun takes it along. The table says so."""
    future: futures.Future[None] = futures.Future()
    waiting = asyncio.ensure_future(asyncio.wrap_future(future))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0)
    assert future.cancelled()


# -------------------------------------------------------------------------------------------------------------- uploads


def upload(size: int) -> UploadFile:
    """An upload of so many bytes, as the form parser makes it: a spooled file at its beginning."""
    file = tempfile.SpooledTemporaryFile(max_size=SPOOL_LIMIT)  # noqa: SIM115 - the tests close it
    file.write(bytes(range(256)) * (size // 256) + bytes(range(size % 256)))
    file.seek(0)
    return UploadFile(cast("BinaryIO", file), size=size)


@pytest.mark.parametrize("size", [IN_MEMORY, ON_DISK])
@pytest.mark.parametrize("arguments", [(), (3,), (-1,), (0,), (ON_DISK * 2,)])
async def test_reading_an_upload(size: int, arguments: tuple[int, ...]) -> None:
    """The same bytes, the same place in the file behind them, the same size; wherever the bytes are."""
    raw, whole = upload(size), upload(size)
    assert raw.file.read(*arguments) == await whole.read(*arguments)
    assert (raw.file.tell(), raw.size) == (whole.file.tell(), whole.size)
    assert raw.file.read() == await whole.read()
    raw.file.close()
    whole.file.close()


@pytest.mark.parametrize("size", [IN_MEMORY, ON_DISK])
async def test_closing_an_upload(size: int) -> None:
    """Both give None and close the file; again, too. Then reading either way raises the same."""
    raw, whole = upload(size), upload(size)
    for _ in range(2):
        assert outcome(raw.file.close) == await outcome_of(whole.close) == ("value", None)
        assert raw.file.closed
        assert whole.file.closed
    raised = outcome(raw.file.read)
    assert raised == await outcome_of(whole.read)
    assert raised[0] == "raised"


@pytest.mark.parametrize("size", [IN_MEMORY, ON_DISK])
async def test_seeking_and_writing_differ(size: int) -> None:
    """Their coroutines give None, and writing changes what the upload says of its size: nothing takes the place of either."""
    raw, whole = upload(size), upload(size)
    assert outcome(lambda: raw.file.seek(4)) == ("value", 4)
    assert await outcome_of(lambda: whole.seek(4)) == ("value", None)
    assert outcome(lambda: raw.file.write(b"abc")) == ("value", 3)
    assert await outcome_of(lambda: whole.write(b"abc")) == ("value", None)
    assert (raw.size, whole.size) == (size, size + 3)
    raw.file.close()
    whole.file.close()
    known = load(["fastapi"])
    for name in ("seek", "write"):
        member = known.member("starlette.datastructures.SpooledUpload", name)
        assert member is not None
        assert member.method is not None
        assert member.method.rewrite == ()


def test_only_an_uploads_file_has_the_class() -> None:
    """What `.read` and `.close` stand on: no other attribute or result of the catalogue is said to be of that class."""
    users = set()
    for name in sorted(available()):
        for record in libraries([name])[name].classes:
            texts = {**record.attributes, **record.returns, **{key: value.returns for key, value in record.methods.items()}}
            users |= {f"{record.name}.{key}" for key, text in texts.items() if "SpooledUpload" in text}
    assert users == {"starlette.datastructures.UploadFile.file"}
