"""Section 1.1 of the execution model: path operations, websockets and what else answers requests."""

import asyncio
import functools
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Route

from tests.execution_model.observing import Probe, Row, Table, Visit, module

TABLE = Table()
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def endpoint_of(probe: Probe, kind: str, **annotations: Any) -> Callable[..., Any]:
    """A `def` or `async def` endpoint that says where it runs."""

    def plain() -> str:
        return probe()

    async def coroutine() -> str:
        return probe()

    return plain if kind == "def" else coroutine


def starlette_endpoint_of(probe: Probe, kind: str) -> Callable[..., Any]:
    """The same in Starlette's form."""

    def plain(request: Request) -> PlainTextResponse:
        return PlainTextResponse(probe())

    async def coroutine(request: Request) -> PlainTextResponse:
        return PlainTextResponse(probe())

    return plain if kind == "def" else coroutine


def both(name: str) -> Callable[[Callable[[FastAPI, Probe, str], Visit | None]], None]:
    """A row for `def`, which runs in a thread, and one for `async def`, which runs on the loop."""

    def register(build: Callable[[FastAPI, Probe, str], Visit | None]) -> None:
        for kind, place in (("def", "thread"), ("async def", "loop")):
            TABLE.row(f"{name}, {kind}", body=place)(functools.partial(_build, build, kind))

    return register


def _build(build: Callable[[FastAPI, Probe, str], Visit | None], kind: str, app: FastAPI, probe: Probe) -> Visit | None:
    return build(app, probe, kind)


def _decorated(method: str, app: FastAPI, probe: Probe, kind: str) -> Visit:
    getattr(app, method)("/")(endpoint_of(probe, kind))
    return Visit(method.upper())


for _method in METHODS:
    both(f"app.{_method}")(functools.partial(_decorated, _method))


@both("app.api_route")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    app.api_route("/", methods=["GET"])(endpoint_of(probe, kind))


@both("app.add_api_route")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    app.add_api_route("/", endpoint_of(probe, kind))


@both("router.get, included in a router, included")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    inner, outer = APIRouter(), APIRouter()
    inner.get("/")(endpoint_of(probe, kind))
    outer.include_router(inner, prefix="/b")
    app.include_router(outer, prefix="/a")
    return Visit(path="/a/b/")


@both("app.get of a mounted application")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    inner = FastAPI()
    inner.get("/x")(endpoint_of(probe, kind))
    app.mount("/inner", inner)
    return Visit(path="/inner/x")


@both("APIRoute appended to the routes")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    app.router.routes.append(APIRoute("/", endpoint_of(probe, kind)))


@both("Starlette's Route appended to the routes")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    app.router.routes.append(Route("/", starlette_endpoint_of(probe, kind)))


@both("app.add_route")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    app.add_route("/", starlette_endpoint_of(probe, kind))


@both("HTTPEndpoint.get")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    endpoint = starlette_endpoint_of(probe, kind)

    class Plain(HTTPEndpoint):
        def get(self, request: Request) -> Any:
            return endpoint(request)

    class Coroutine(HTTPEndpoint):
        async def get(self, request: Request) -> Any:
            return await endpoint(request)

    app.add_route("/", Plain if kind == "def" else Coroutine)


@both("functools.partial of a function")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    app.get("/")(functools.partial(endpoint_of(probe, kind)))


@both("__call__ of an instance")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Plain:
        def __call__(self) -> str:
            return probe()

    class Coroutine:
        async def __call__(self) -> str:
            return probe()

    app.get("/")(Plain() if kind == "def" else Coroutine())


@both("bound method")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Views:
        def plain(self) -> str:
            return probe()

        async def coroutine(self) -> str:
            return probe()

    app.get("/")(Views().plain if kind == "def" else Views().coroutine)


@both("classmethod")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Views:
        @classmethod
        def plain(cls) -> str:
            return probe()

        @classmethod
        async def coroutine(cls) -> str:
            return probe()

    app.get("/")(Views.plain if kind == "def" else Views.coroutine)


@both("staticmethod")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Views:
        @staticmethod
        def plain() -> str:
            return probe()

        @staticmethod
        async def coroutine() -> str:
            return probe()

    app.get("/")(Views.plain if kind == "def" else Views.coroutine)


@TABLE.row("lambda", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/")(lambda: probe())


@TABLE.row("lambda that returns a coroutine", status=500, body="thread", coroutine="never")
def _(app: FastAPI, probe: Probe) -> None:
    async def coroutine() -> str:
        return probe("coroutine")

    app.get("/")(lambda: (probe(), coroutine())[1])


@TABLE.row("a class as endpoint, its __init__", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    class View:
        def __init__(self) -> None:
            self.answer = probe()

    app.get("/")(View)


# ---------------------------------------------------------------- class-based views


@TABLE.row("fastapi_utils cbv", needs="fastapi_utils typing_inspect", plain="thread", dependency="thread")
def _(app: FastAPI, probe: Probe) -> None:
    router = APIRouter()

    class Views:
        value: str = module("fastapi").Depends(lambda: probe("dependency"))

        @router.get("/")
        def plain(self) -> str:
            return probe("plain")

    module("fastapi_utils.cbv").cbv(router)(Views)
    app.include_router(router)


@TABLE.row("fastapi_utils cbv, async def", needs="fastapi_utils typing_inspect", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> None:
    router = APIRouter()

    class Views:
        @router.get("/")
        async def coroutine(self) -> str:
            return probe("coroutine")

    module("fastapi_utils.cbv").cbv(router)(Views)
    app.include_router(router)


# ---------------------------------------------------------------- generators


@TABLE.row("generator endpoint, def", since="0.134.0", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    def endpoint() -> Any:
        probe()
        yield {"item": 1}
        probe()


@TABLE.row("generator endpoint, async def", since="0.134.0", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    async def endpoint() -> Any:
        probe()
        yield {"item": 1}
        probe()


@TABLE.row("generator endpoint as event stream, def", since="0.135.0", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/", response_class=module("fastapi.sse").EventSourceResponse)
    def endpoint() -> Any:
        probe()
        yield {"item": 1}


@TABLE.row("generator endpoint with StreamingResponse, def", since="0.134.0", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/", response_class=StreamingResponse)
    def endpoint() -> Any:
        probe()
        yield "text"


def _items(probe: Probe) -> Any:
    probe("generator")
    yield 1


@TABLE.row("def endpoint that returns a generator", body="thread", generator="loop")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    def endpoint():  # type: ignore[no-untyped-def]
        probe()
        return _items(probe)


@TABLE.row("def endpoint, annotated Any, that returns a generator", body="thread", generator="loop")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    def endpoint() -> Any:
        probe()
        return _items(probe)


@TABLE.row("def endpoint that returns a generator, with response_model", body="thread", generator="thread")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/", response_model=list[int])
    def endpoint() -> Any:
        probe()
        return _items(probe)


@TABLE.row("async def endpoint that returns a generator", body="loop", generator="loop")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    async def endpoint():  # type: ignore[no-untyped-def]
        probe()
        return _items(probe)


# ---------------------------------------------------------------- offloaded endpoints


@TABLE.row("endpoint decorated with sync_to_async", needs="asgiref", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/")(module("asgiref.sync").sync_to_async(endpoint_of(probe, "def")))


@TABLE.row("endpoint decorated with asyncify", needs="asyncer", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/")(module("asyncer").asyncify(endpoint_of(probe, "def")))


@pytest.mark.parametrize("row", TABLE.parameters())
def test_path_operations(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()


def test_probe_tells_loop_from_thread() -> None:
    """The probe that everything here rests on says `loop` in a coroutine and `thread` in a worker."""

    async def main() -> None:
        probe("coroutine")
        await asyncio.to_thread(probe, "worker")

    probe = Probe()
    asyncio.run(main())
    assert probe.places() == {"coroutine": "loop", "worker": "thread"}
