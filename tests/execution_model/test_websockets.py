"""Section 1.1 of the execution model: websockets, always on the loop, and mounted applications that are not FastAPI's."""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from fastapi.responses import PlainTextResponse
from starlette.endpoints import WebSocketEndpoint
from starlette.routing import WebSocketRoute

from tests.execution_model.observing import Probe, Row, Table, Visit, connect, module

TABLE = Table()


# ---------------------------------------------------------------- websockets


def _websocket_of(probe: Probe, kind: str) -> Callable[..., Any]:
    def plain(websocket: WebSocket) -> None:
        probe()

    async def coroutine(websocket: WebSocket) -> None:
        await websocket.accept()
        probe()

    return plain if kind == "def" else coroutine


def _registered(register: Callable[[FastAPI, Callable[..., Any]], Any], kind: str, app: FastAPI, probe: Probe) -> Visit:
    register(app, _websocket_of(probe, kind))
    return connect()


for _name, _register in {
    "app.websocket": lambda app, endpoint: app.websocket("/")(endpoint),
    "app.websocket_route": lambda app, endpoint: app.websocket_route("/")(endpoint),
    "app.add_api_websocket_route": lambda app, endpoint: app.add_api_websocket_route("/", endpoint),
    "WebSocketRoute": lambda app, endpoint: app.router.routes.append(WebSocketRoute("/", endpoint)),
}.items():
    for _kind in ("def", "async def"):
        TABLE.row(f"{_name}, {_kind}", body="loop")(functools.partial(_registered, _register, _kind))


@TABLE.row("WebSocketEndpoint, async def", on_connect="loop", on_receive="loop", on_disconnect="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    class Echo(WebSocketEndpoint):
        encoding = "text"

        async def on_connect(self, websocket: WebSocket) -> None:
            probe("on_connect")
            await websocket.accept()

        async def on_receive(self, websocket: WebSocket, data: Any) -> None:
            probe("on_receive")

        async def on_disconnect(self, websocket: WebSocket, close_code: int) -> None:
            probe("on_disconnect")

    app.router.routes.append(WebSocketRoute("/", Echo))
    return connect()


@TABLE.row("WebSocketEndpoint, def", on_connect="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    class Echo(WebSocketEndpoint):
        def on_connect(self, websocket: WebSocket) -> None:
            probe("on_connect")

    app.router.routes.append(WebSocketRoute("/", Echo))
    return connect()


# ---------------------------------------------------------------- other applications


@TABLE.row("app.mount of a raw ASGI application", body="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    async def raw(scope: Any, receive: Any, send: Any) -> None:
        probe()
        await PlainTextResponse("")(scope, receive, send)

    app.mount("/raw", raw)
    return Visit(path="/raw/")


@TABLE.row("WSGIMiddleware", call="thread", result="thread")
def _(app: FastAPI, probe: Probe) -> Visit:
    class Result:
        def __iter__(self) -> Any:
            probe("result")
            yield b""

    def wsgi(environ: Any, start_response: Any) -> Result:
        probe("call")
        start_response("200 OK", [])
        return Result()

    app.mount("/wsgi", module("starlette.middleware.wsgi").WSGIMiddleware(wsgi))
    return Visit(path="/wsgi/")


@pytest.mark.parametrize("row", TABLE.parameters())
def test_websockets(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
