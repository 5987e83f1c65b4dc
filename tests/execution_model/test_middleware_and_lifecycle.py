"""Section 1.5 of the execution model: middleware, handlers, start and stop."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse
from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, SimpleUser
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.staticfiles import StaticFiles

from tests.execution_model.observing import Probe, Row, Table, Visit, module, serve

TABLE = Table()


def answering(app: FastAPI) -> None:
    """Gives the application something to answer."""
    app.get("/")(lambda: "ok")


# ---------------------------------------------------------------- middleware


@TABLE.row("app.middleware('http'), async def", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    @app.middleware("http")
    async def middleware(request: Request, call_next: Any) -> Any:
        probe()
        return await call_next(request)


@TABLE.row("app.middleware('http'), def that returns call_next(request)", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    @app.middleware("http")
    def middleware(request: Request, call_next: Any) -> Any:
        probe()
        return call_next(request)


@TABLE.row("app.middleware('http'), def that returns a response", status=500, body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    @app.middleware("http")
    def middleware(request: Request, call_next: Any) -> Any:
        probe()
        return PlainTextResponse("")


@TABLE.row("BaseHTTPMiddleware, its dispatch and __init__", dispatch="loop", init="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    class Middleware(BaseHTTPMiddleware):
        def __init__(self, inner: Any) -> None:
            probe("init")
            super().__init__(inner)

        async def dispatch(self, request: Request, call_next: Any) -> Any:
            probe("dispatch")
            return await call_next(request)

    class Adapter(Middleware):
        def __init__(self, app: Any) -> None:
            super().__init__(app)

    app.add_middleware(Adapter)


@TABLE.row("BaseHTTPMiddleware(dispatch=)", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    async def dispatch(request: Request, call_next: Any) -> Any:
        probe()
        return await call_next(request)

    app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)


@TABLE.row("raw ASGI middleware, async __call__", init="loop", call="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    class Middleware:
        def __init__(self, app: Any) -> None:
            probe("init")
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            probe("call")
            await self.app(scope, receive, send)

    app.add_middleware(Middleware)


@TABLE.row("raw ASGI middleware, def __call__ that returns a coroutine", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    class Middleware:
        def __init__(self, app: Any) -> None:
            self.app = app

        def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
            probe()
            return self.app(scope, receive, send)

    app.add_middleware(Middleware)


class Backend(AuthenticationBackend):
    """Lets in whoever does not ask for failure."""

    def __init__(self, probe: Probe, fail: bool) -> None:
        self.probe, self.fail = probe, fail

    async def authenticate(self, conn: Any) -> Any:
        self.probe("authenticate")
        if self.fail and conn.scope["type"] == "http":
            raise AuthenticationError
        return AuthCredentials([]), SimpleUser("someone")


@TABLE.row("AuthenticationBackend.authenticate", authenticate="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)
    app.add_middleware(AuthenticationMiddleware, backend=Backend(probe, fail=False))


@TABLE.row("AuthenticationMiddleware(on_error=), def", status=401, authenticate="loop", on_error="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)

    def on_error(conn: Any, error: Exception) -> PlainTextResponse:
        probe("on_error")
        return PlainTextResponse("", status_code=401)

    app.add_middleware(AuthenticationMiddleware, backend=Backend(probe, fail=True), on_error=on_error)


# ---------------------------------------------------------------- exception handlers

ERRORS: dict[str, tuple[Any, Callable[[], Exception]]] = {
    "of a class": (KeyError, KeyError),
    "of HTTPException": (HTTPException, lambda: HTTPException(400)),
    "of Exception": (Exception, ValueError),
}


def _handled(key: Any, make: Callable[[], Exception], kind: str, register: str, app: FastAPI, probe: Probe) -> None:
    def plain(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(probe())

    async def coroutine(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(probe())

    handler = plain if kind == "def" else coroutine
    if register == "decorator":
        app.exception_handler(key)(handler)
    else:
        app.add_exception_handler(key, handler)

    @app.get("/")
    async def endpoint() -> None:
        raise make()


for _name, (_key, _make) in ERRORS.items():
    for _kind, _place in (("def", "thread"), ("async def", "loop")):
        _status = 500 if _key is Exception else 200  # answered, then raised again for the server's log
        TABLE.row(f"exception_handler {_name}, {_kind}", status=_status, body=_place)(
            functools.partial(_handled, _key, _make, _kind, "decorator")
        )
TABLE.row("add_exception_handler, def", body="thread")(functools.partial(_handled, KeyError, KeyError, "def", "call"))


def _not_found(kind: str, app: FastAPI, probe: Probe) -> Visit:
    def plain(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(probe(), status_code=404)

    async def coroutine(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(probe(), status_code=404)

    app.exception_handler(404)(plain if kind == "def" else coroutine)
    return Visit(path="/nowhere")


TABLE.row("exception_handler of 404, def", status=404, body="thread")(functools.partial(_not_found, "def"))
TABLE.row("exception_handler of 404, async def", status=404, body="loop")(functools.partial(_not_found, "async def"))


# ---------------------------------------------------------------- start and stop


def _with_lifespan(make: Callable[[Probe], Any], app: FastAPI, probe: Probe) -> Visit:
    inner = FastAPI(lifespan=make(probe))
    answering(inner)
    app.router.lifespan_context = inner.router.lifespan_context
    answering(app)
    return Visit()


def _asynccontextmanager(probe: Probe) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        probe("enter")
        yield
        probe("exit")

    return lifespan


def _async_generator(probe: Probe) -> Any:
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        probe("enter")
        yield
        probe("exit")

    return lifespan


def _generator(probe: Probe) -> Any:
    def lifespan(app: FastAPI) -> Iterator[None]:
        probe("enter")
        yield
        probe("exit")

    return lifespan


for _name, _lifespan in {
    "@asynccontextmanager": _asynccontextmanager,
    "an undecorated async generator": _async_generator,
    "a def generator": _generator,
}.items():
    TABLE.row(f"lifespan, {_name}", enter="loop", exit="loop")(functools.partial(_with_lifespan, _lifespan))


@pytest.mark.filterwarnings("ignore")
def test_lifespan_by_contextmanager_fails() -> None:
    """A lifespan decorated with the synchronous @contextmanager never starts."""
    probe = Probe()

    @contextmanager
    def lifespan(app: FastAPI) -> Iterator[None]:
        probe("enter")
        yield

    app = FastAPI(lifespan=lifespan)  # type: ignore[arg-type]
    answering(app)
    with pytest.raises(TypeError):
        asyncio.run(serve(app, Visit()))
    assert probe.places() == {}


@TABLE.row("on_event('startup') and ('shutdown'), def", startup="loop", shutdown="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)
    app.on_event("startup")(lambda: probe("startup"))
    app.on_event("shutdown")(lambda: probe("shutdown"))


@TABLE.row("on_startup= and on_shutdown= of a router, def", startup="loop", shutdown="loop")
def _(app: FastAPI, probe: Probe) -> None:
    router = APIRouter(on_startup=[lambda: probe("startup")], on_shutdown=[lambda: probe("shutdown")])
    router.get("/")(lambda: "ok")
    app.include_router(router)


@TABLE.row("router.add_event_handler, def", startup="loop", shutdown="loop")
def _(app: FastAPI, probe: Probe) -> None:
    answering(app)
    app.router.add_event_handler("startup", lambda: probe("startup"))
    app.router.add_event_handler("shutdown", lambda: probe("shutdown"))


@pytest.mark.filterwarnings("ignore")
def test_on_startup_of_the_application() -> None:
    """FastAPI(on_startup=[def], on_shutdown=[def]) run on the loop."""
    probe = Probe()
    app = FastAPI(on_startup=[lambda: probe("startup")], on_shutdown=[lambda: probe("shutdown")])
    answering(app)
    assert asyncio.run(serve(app, Visit())) == 200
    assert probe.places() == {"startup": "loop", "shutdown": "loop"}


def _repeated(kind: str, app: FastAPI, probe: Probe) -> None:
    def plain() -> None:
        probe()

    async def coroutine() -> None:
        probe()

    function = plain if kind == "def" else coroutine
    repeated = module("fastapi_utils.tasks").repeat_every(seconds=0.001, max_repetitions=1)(function)
    app.on_event("startup")(repeated)

    @app.get("/")
    async def endpoint() -> str:
        await asyncio.sleep(0.05)
        return "ok"


TABLE.row("fastapi_utils repeat_every, def", needs="fastapi_utils", body="thread")(functools.partial(_repeated, "def"))
TABLE.row("fastapi_utils repeat_every, async def", needs="fastapi_utils", body="loop")(functools.partial(_repeated, "async def"))


# ---------------------------------------------------------------- static files


@TABLE.row(
    "StaticFiles: what a subclass overrides",
    get_path="loop",
    get_response="loop",
    lookup_path="thread",
    file_response="loop",
    is_not_modified="loop",
)
def _(app: FastAPI, probe: Probe) -> Visit:
    class Probed(StaticFiles):
        def get_path(self, scope: Any) -> str:
            probe("get_path")
            return super().get_path(scope)

        async def get_response(self, path: str, scope: Any) -> Any:
            probe("get_response")
            return await super().get_response(path, scope)

        def lookup_path(self, path: str) -> Any:
            probe("lookup_path")
            return super().lookup_path(path)

        def file_response(self, *args: Any, **kwargs: Any) -> Any:
            probe("file_response")
            return super().file_response(*args, **kwargs)

        def is_not_modified(self, response_headers: Any, request_headers: Any) -> bool:
            probe("is_not_modified")
            return super().is_not_modified(response_headers, request_headers)

    app.mount("/static", Probed(directory=Path(__file__).parent))
    return Visit(path=f"/static/{Path(__file__).name}")


@pytest.mark.parametrize("row", TABLE.parameters())
def test_middleware_and_lifecycle(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
