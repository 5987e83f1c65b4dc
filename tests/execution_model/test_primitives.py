"""Section 1.7 of the execution model: who runs what is handed to asyncio, AnyIO and the libraries around them."""

import asyncio
import concurrent.futures
import contextlib
import gc
import logging
import os
import queue
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from logging.handlers import QueueHandler, QueueListener
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from fastapi.concurrency import contextmanager_in_threadpool
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse

from tests.execution_model.observing import Probe, Scenario, Scenarios, coroutine, module, soon

SCENARIOS = Scenarios()


# ---------------------------------------------------------------- the loop


@SCENARIOS.row("asyncio.create_task", body="loop")
async def _(probe: Probe) -> None:
    await asyncio.create_task(coroutine(probe))


@SCENARIOS.row("asyncio.gather", body="loop")
async def _(probe: Probe) -> None:
    await asyncio.gather(coroutine(probe), coroutine(probe))


@SCENARIOS.row("asyncio.TaskGroup", body="loop")
async def _(probe: Probe) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(coroutine(probe))


@SCENARIOS.row("anyio TaskGroup.start_soon", body="loop")
async def _(probe: Probe) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(coroutine, probe)


@SCENARIOS.row(
    "loop.call_soon, call_later, call_at, call_soon_threadsafe",
    call_soon="loop",
    call_later="loop",
    call_at="loop",
    call_soon_threadsafe="loop",
)
async def _(probe: Probe) -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(probe, "call_soon")
    loop.call_later(0, probe, "call_later")
    loop.call_at(loop.time(), probe, "call_at")
    await asyncio.to_thread(loop.call_soon_threadsafe, probe, "call_soon_threadsafe")
    await soon()


@SCENARIOS.row("loop.add_reader and add_signal_handler", reader="loop", signal="loop")
async def _(probe: Probe) -> None:
    loop = asyncio.get_running_loop()
    left, right = socket.socketpair()
    with left, right:
        loop.add_reader(left, lambda: (probe("reader"), left.recv(1)))
        right.send(b"x")
        loop.add_signal_handler(signal.SIGUSR1, probe, "signal")
        os.kill(os.getpid(), signal.SIGUSR1)
        await soon()
        loop.remove_reader(left)
        loop.remove_signal_handler(signal.SIGUSR1)


@SCENARIOS.row("Task.add_done_callback", body="loop")
async def _(probe: Probe) -> None:
    task = asyncio.create_task(coroutine(probe))
    task.add_done_callback(lambda _: probe())
    await task
    await soon()


@SCENARIOS.row("concurrent Future.add_done_callback, already done", body="loop")
async def _(probe: Probe) -> None:
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    future.set_result(1)
    future.add_done_callback(lambda _: probe())


@SCENARIOS.row("AsyncExitStack.enter_context and callback", enter="loop", callback="loop")
async def _(probe: Probe) -> None:
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(entered(probe))
        stack.callback(probe, "callback")


@SCENARIOS.row("anyio.from_thread.run and run_sync", run="loop", run_sync="loop")
async def _(probe: Probe) -> None:
    def worker() -> None:
        anyio.from_thread.run(coroutine, probe, "run")
        anyio.from_thread.run_sync(probe, "run_sync")

    await anyio.to_thread.run_sync(worker)


@SCENARIOS.row("asyncio.run_coroutine_threadsafe", body="loop")
async def _(probe: Probe) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe(coroutine(probe), loop).result())


@SCENARIOS.row("asyncer.syncify", needs="asyncer", body="loop")
async def _(probe: Probe) -> None:
    await anyio.to_thread.run_sync(lambda: module("asyncer").syncify(coroutine)(probe))


@SCENARIOS.row(
    "what the interpreter calls: property, __getattr__, operator, sort key, nested def, __aiter__, __await__",
    property="loop",
    getattr="loop",
    operator="loop",
    sort_key="loop",
    nested="loop",
    aiter="loop",
    awaited="loop",
)
async def _(probe: Probe) -> None:
    class Subject:
        @property
        def value(self) -> str:
            return probe("property")

        def __getattr__(self, name: str) -> str:
            return probe("getattr")

        def __add__(self, other: int) -> str:
            return probe("operator")

        def __aiter__(self) -> "Subject":
            probe("aiter")
            return self

        async def __anext__(self) -> None:
            raise StopAsyncIteration

        def __await__(self) -> Iterator[None]:
            probe("awaited")
            return iter(())

    subject = Subject()
    assert [subject.value, subject.other, subject + 1]
    sorted([1], key=lambda _: probe("sort_key"))
    (lambda: probe("nested"))()
    async for _ in subject:
        pass
    await subject


@SCENARIOS.row("__del__", body="loop")
async def _(probe: Probe) -> None:
    class Handle:
        def __del__(self) -> None:
            probe()

    Handle()
    gc.collect()


@SCENARIOS.row("__init__ of an async context manager", init="loop", aenter="loop")
async def _(probe: Probe) -> None:
    class Client:
        def __init__(self) -> None:
            probe("init")

        async def __aenter__(self) -> None:
            probe("aenter")

        async def __aexit__(self, *error: object) -> None:
            return None

    async with Client():
        pass


class ProbedHandler(logging.Handler):
    """A logging handler that says where it writes."""

    def __init__(self, probe: Probe) -> None:
        super().__init__()
        self.probe = probe

    def emit(self, record: logging.LogRecord) -> None:
        self.probe()


@SCENARIOS.row("logging.Handler.emit", body="loop")
async def _(probe: Probe) -> None:
    logger = logging.Logger("probed")  # noqa: LOG001 - one that nobody else shares
    logger.addHandler(ProbedHandler(probe))
    logger.warning("line")


# ---------------------------------------------------------------- threads


@contextlib.contextmanager
def entered(probe: Probe) -> Iterator[None]:
    """A synchronous context manager."""
    probe("enter")
    yield
    probe("enter")


@SCENARIOS.row("logging handler behind a QueueListener", body="thread")
async def _(probe: Probe) -> None:
    lines: queue.Queue[Any] = queue.Queue()
    listener = QueueListener(lines, ProbedHandler(probe))
    listener.start()
    logger = logging.Logger("probed")  # noqa: LOG001 - one that nobody else shares
    logger.addHandler(QueueHandler(lines))
    logger.warning("line")
    await asyncio.to_thread(listener.stop)


@SCENARIOS.row("loop.run_in_executor", default="thread", own="thread")
async def _(probe: Probe) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, probe, "default")
    with concurrent.futures.ThreadPoolExecutor() as executor:
        await loop.run_in_executor(executor, probe, "own")


@SCENARIOS.row("ThreadPoolExecutor.submit, and its pending future's callback", submitted="thread", callback="thread")
async def _(probe: Probe) -> None:
    gate = threading.Event()
    with concurrent.futures.ThreadPoolExecutor() as executor:
        future = executor.submit(lambda: (gate.wait(), probe("submitted")))
        future.add_done_callback(lambda _: probe("callback"))
        gate.set()
        await asyncio.wrap_future(future)


@SCENARIOS.row("asyncio.to_thread", body="thread")
async def _(probe: Probe) -> None:
    await asyncio.to_thread(probe)


@SCENARIOS.row("anyio.to_thread.run_sync", body="thread")
async def _(probe: Probe) -> None:
    await anyio.to_thread.run_sync(probe)


@SCENARIOS.row("run_in_threadpool", body="thread")
async def _(probe: Probe) -> None:
    await run_in_threadpool(probe)


@SCENARIOS.row("iterate_in_threadpool", body="thread")
async def _(probe: Probe) -> None:
    async for _ in iterate_in_threadpool(probe() for _ in range(2)):
        pass


@SCENARIOS.row("contextmanager_in_threadpool: enter, exit, and the block itself", enter="thread", block="loop")
async def _(probe: Probe) -> None:
    async with contextmanager_in_threadpool(entered(probe)):
        probe("block")


@SCENARIOS.row("threading.Thread and Timer", thread="thread", timer="thread")
async def _(probe: Probe) -> None:
    threads = [threading.Thread(target=probe, args=("thread",)), threading.Timer(0, probe, ("timer",))]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)


@SCENARIOS.row("asyncer.asyncify", needs="asyncer", body="thread")
async def _(probe: Probe) -> None:
    await module("asyncer").asyncify(probe)()


@SCENARIOS.row("asgiref sync_to_async, either mode", needs="asgiref", sensitive="thread", other="thread")
async def _(probe: Probe) -> None:
    sync_to_async = module("asgiref.sync").sync_to_async
    await sync_to_async(probe)("sensitive")
    await sync_to_async(probe, thread_sensitive=False)("other")


# ---------------------------------------------------------------- loops of their own

# ---------------------------------------------------------------- a streaming body that nobody reads to its end


@SCENARIOS.row("StreamingResponse of a def generator whose client goes away", body="thread", finaliser="loop")
async def _(probe: Probe) -> None:
    def chunks() -> Iterator[bytes]:
        try:
            while True:
                probe()
                yield b"x"
        finally:
            probe("finaliser")

    sent = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.set()
        await asyncio.sleep(0.001)

    async def receive() -> Any:
        await sent.wait()
        return {"type": "http.disconnect"}

    await StreamingResponse(chunks())({"type": "http", "asgi": {"spec_version": "2.0"}}, receive, send)
    gc.collect()


@pytest.mark.parametrize(
    "start", [lambda function: asyncio.run(function()), lambda function: anyio.run(function)], ids=["asyncio.run", "anyio.run"]
)
def test_worker_has_a_loop_of_its_own(start: Callable[[Callable[[], Awaitable[None]]], None]) -> None:
    """`asyncio.run` in a worker thread starts another event loop: what runs there does not block the server's."""
    loops: list[asyncio.AbstractEventLoop] = []

    async def inner() -> None:
        loops.append(asyncio.get_running_loop())

    async def outer() -> None:
        loops.append(asyncio.get_running_loop())
        await run_in_threadpool(start, inner)

    asyncio.run(outer())
    assert len(set(map(id, loops))) == 2


@pytest.mark.parametrize("scenario", SCENARIOS.parameters())
def test_primitives(scenario: Scenario) -> None:
    """Each line of the table holds for the installed versions."""
    scenario.check()
