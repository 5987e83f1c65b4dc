"""A small application, imported in a process of its own -> what it answers, and how each request blocks its event loop.

    python -m tests.runtime.fixes.serving FOLDER < ORDER

FOLDER holds `main.py` with `app`; the working folder is the application's playground. The order is a line of JSON, an `Order`. BlockBuster's
wrappers stand before the application or any library is imported, so that nothing is bound early. Each request is sent once to warm up and
once under observation; then a line `sequential` is printed, and a line is awaited, so that whoever ordered can look at what was done so far;
then each request is sent several times at once. The last line printed is an `Account` as JSON.

Requests go through httpx's ASGI transport, which lets exceptions pass. With `served`, uvicorn serves the application on loopback, on the
observed loop: its start and its end are observed too, and websockets are spoken for real.
"""

import asyncio
import importlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from tests.runtime.oracle import fresh_loop, recording, watching


class Request(TypedDict):
    """What to send: `WS` is a method too, whose `messages` are sent one by one, an answer awaited for each."""

    method: str
    target: str
    headers: dict[str, str]
    body: str
    messages: list[str]


class Order(TypedDict):
    """What to do with the application."""

    served: bool
    requests: list[Request]
    together: int


class Answer(TypedDict):
    """What a client sees: `error` is the exception that the application raised, `messages` what a websocket sent."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    error: str
    messages: list[str]


class Heard(TypedDict):
    """What the oracle heard meanwhile."""

    calls: list[str]
    stall: float
    blocked: bool


class Account(TypedDict):
    """One process's report; the lists are as long as the order's requests. `warm`, `answers`: of the first and of the observed sending."""

    start: Heard
    end: Heard
    warm: list[Answer]
    answers: list[Answer]
    heard: list[Heard]
    together: list[list[Answer]]


Send = Callable[[Request], Awaitable[Answer]]


async def observed(action: Callable[[], Awaitable[Any]]) -> tuple[Any, Heard]:
    """What awaiting the action gives, and what was heard meanwhile."""
    async with watching() as observation:
        result = await action()
    found = observation()
    calls = list(dict.fromkeys((*found.blocking_calls, *found.audited)))
    return result, Heard(calls=calls, stall=found.longest_stall, blocked=found.blocked)


# ----------------------------------------------------------------------------------------------------------- transports


@asynccontextmanager
async def in_process(app: Any) -> AsyncIterator[Send]:
    """Sends requests to the application without a server; its exceptions pass, and are the answer's `error`."""
    import httpx

    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://application") as client:
        yield partial(_by_http, client)


@asynccontextmanager
async def by_uvicorn(server: Any) -> AsyncIterator[Send]:
    """Sends requests to the started server's port."""
    import httpx

    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def send(request: Request) -> Answer:
            if request["method"] == "WS":
                return await asyncio.to_thread(_by_websocket, port, request)
            return await _by_http(client, request)

        yield send


async def _by_http(client: Any, request: Request) -> Answer:
    answer = Answer(status=0, headers=[], body="", error="", messages=[])
    try:
        got = await client.request(
            request["method"], request["target"], content=request["body"].encode(), headers=request["headers"], timeout=20
        )
    except Exception as error:  # noqa: BLE001 - the application's exceptions are what is compared
        answer["error"] = _told(error)
        return answer
    answer["status"] = got.status_code
    answer["headers"] = sorted((name, value) for name, value in got.headers.items() if name != "date")
    answer["body"] = got.text
    return answer


def _told(error: BaseException | None) -> str:
    """The exception with what it came from, as a traceback shows it."""
    told = []
    while error is not None:
        told.append(f"{type(error).__module__}.{type(error).__qualname__}: {error}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " <- ".join(told)


def _by_websocket(port: int, request: Request) -> Answer:
    """Speak with a websocket until it closes or all messages are answered. Blocks, in a thread of its own."""
    import websocket

    connection = websocket.create_connection(f"ws://127.0.0.1:{port}{request['target']}", timeout=20)
    answer = Answer(status=connection.getstatus() or 0, headers=[], body="", error="", messages=[])
    for message in request["messages"]:
        connection.send(message)
        opcode, data = connection.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            answer["error"] = f"closed with {int.from_bytes(data[:2], 'big')}"
            break
        answer["messages"].append(data.decode())
    connection.close()
    return answer


# ---------------------------------------------------------------------------------------------------------------- doors


async def serve(app: Any, order: Order, pause: Callable[[], Awaitable[None]]) -> Account:
    """Do what is ordered with the application."""
    silent = Heard(calls=[], stall=0.0, blocked=False)
    if not order["served"]:
        async with in_process(app) as send:
            account = await _send_all(send, order, pause)
        return {**account, "start": silent, "end": silent}
    import uvicorn

    config = uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", ws="wsproto", lifespan="on", access_log=False)
    config.load()
    server = uvicorn.Server(config)
    running, start = await observed(partial(_start, server, config))
    async with by_uvicorn(server) as send:
        account = await _send_all(send, order, pause)
    server.should_exit = True
    _, end = await observed(lambda: running)
    return {**account, "start": start, "end": end}


async def _run(server: Any, config: Any) -> None:
    """What `Server.serve` does, but for the signals, which are the process's."""
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    if not server.should_exit:
        await server.main_loop()
    await server.shutdown()


async def _start(server: Any, config: Any) -> "asyncio.Task[None]":
    running = asyncio.create_task(_run(server, config))
    while not server.started:
        if running.done():
            raise RuntimeError("the application did not start")
        await asyncio.sleep(0.002)
    return running


async def _send_all(send: Send, order: Order, pause: Callable[[], Awaitable[None]]) -> Account:
    warm, answers, heard = [], [], []
    for request in order["requests"]:
        warm.append(await send(request))
        answer, one = await observed(partial(send, request))
        answers.append(answer)
        heard.append(one)
    await pause()
    together = [await asyncio.gather(*(send(request) for _ in range(order["together"]))) for request in order["requests"]]
    nothing = Heard(calls=[], stall=0.0, blocked=False)
    return Account(start=nothing, end=nothing, warm=warm, answers=answers, heard=heard, together=together)


def main(arguments: Sequence[str]) -> None:
    """Import, serve, tell."""
    order: Order = json.loads(sys.stdin.readline())
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as tell:
        os.dup2(2, 1)  # what the application prints is not ours

        async def pause() -> None:
            print("sequential", file=tell, flush=True)
            sys.stdin.readline()

        with recording():
            sys.path.insert(0, str(Path(arguments[0])))
            app = importlib.import_module("main").app
            account = fresh_loop(partial(serve, app, order, pause))
        print(json.dumps(account), file=tell, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
