"""Section 1.2 of the execution model: what runs is the outermost wrapper; FastAPI judges the kind of what is innermost, Starlette does not."""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse

from tests.execution_model.observing import Probe, Row, Table, Visit, module

TABLE = Table()
Function = Callable[..., Any]


def sync_wraps(probe: Probe, function: Function) -> Function:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        probe("wrapper")
        return function(*args, **kwargs)

    return wrapper


def async_wraps_def(probe: Probe, function: Function) -> Function:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        probe("wrapper")
        return function(*args, **kwargs)

    return wrapper


def async_wraps_async(probe: Probe, function: Function) -> Function:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        probe("wrapper")
        return await function(*args, **kwargs)

    return wrapper


def sync_bare(probe: Probe, function: Function) -> Function:
    def wrapper() -> Any:
        probe("wrapper")
        return function()

    return wrapper


def async_bare(probe: Probe, function: Function) -> Function:
    async def wrapper() -> Any:
        probe("wrapper")
        return function()

    return wrapper


class SyncDecorator:
    """A class as decorator, with `def __call__`."""

    def __init__(self, probe: Probe, function: Function) -> None:
        functools.update_wrapper(self, function)
        self.probe, self.function = probe, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.probe("wrapper")
        return self.function(*args, **kwargs)


class AsyncDecorator(SyncDecorator):
    """A class as decorator, with `async def __call__`."""

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.probe("wrapper")
        return self.function(*args, **kwargs)


def plain(probe: Probe) -> Function:
    def body() -> str:
        return probe()

    return body


def coroutine(probe: Probe) -> Function:
    async def body() -> str:
        return probe()

    return body


def generator(probe: Probe) -> Function:
    def body() -> Any:
        probe()
        yield {"item": 1}

    return body


# ---------------------------------------------------------------- endpoints


def _endpoint(decorator: Callable[[Probe, Function], Function], inner: Callable[[Probe], Function], app: FastAPI, probe: Probe) -> None:
    app.get("/")(decorator(probe, inner(probe)))


for _name, _decorator, _inner, _expected, _status in [
    ("def wrapper with wraps over def", sync_wraps, plain, {"wrapper": "thread", "body": "thread"}, 200),
    ("def wrapper with wraps over async def", sync_wraps, coroutine, {"wrapper": "loop", "body": "loop"}, 200),
    ("async wrapper with wraps over def", async_wraps_def, plain, {"wrapper": "loop", "body": "loop"}, 200),
    ("async wrapper with wraps over async def", async_wraps_async, coroutine, {"wrapper": "loop", "body": "loop"}, 200),
    ("def wrapper without wraps over def", sync_bare, plain, {"wrapper": "thread", "body": "thread"}, 200),
    ("def wrapper without wraps over async def", sync_bare, coroutine, {"wrapper": "thread", "body": "never"}, 500),
    ("async wrapper without wraps over def", async_bare, plain, {"wrapper": "loop", "body": "loop"}, 200),
    ("class decorator with def __call__ over async def", SyncDecorator, coroutine, {"wrapper": "loop", "body": "loop"}, 200),
    ("class decorator with async __call__ over def", AsyncDecorator, plain, {"wrapper": "loop", "body": "loop"}, 200),
]:
    TABLE.row(f"endpoint: {_name}", status=_status, **_expected)(functools.partial(_endpoint, _decorator, _inner))

TABLE.row("endpoint: def wrapper with wraps over a def generator", since="0.134.0", wrapper="loop", body="thread")(
    functools.partial(_endpoint, sync_wraps, generator)
)


# ---------------------------------------------------------------- dependencies


def _dependency(decorator: Callable[[Probe, Function], Function], inner: Callable[[Probe], Function], app: FastAPI, probe: Probe) -> None:
    app.get("/", dependencies=[Depends(decorator(probe, inner(probe)))])(lambda: "ok")


for _name, _decorator, _inner, _expected in [
    ("def wrapper with wraps over def", sync_wraps, plain, {"wrapper": "thread", "body": "thread"}),
    ("def wrapper with wraps over async def", sync_wraps, coroutine, {"wrapper": "loop", "body": "loop"}),
    ("def wrapper with wraps over a def generator", sync_wraps, generator, {"wrapper": "loop", "body": "thread"}),
    ("async wrapper with wraps over def", async_wraps_def, plain, {"wrapper": "loop", "body": "loop"}),
    ("def wrapper without wraps over async def", sync_bare, coroutine, {"wrapper": "thread", "body": "never"}),
]:
    TABLE.row(f"dependency: {_name}", **_expected)(functools.partial(_dependency, _decorator, _inner))


# ---------------------------------------------------------------- what Starlette judges


def _handler(probe: Probe) -> Function:
    async def body(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(probe())

    return body


@TABLE.row("exception handler: def wrapper with wraps over async def", status=500, wrapper="thread", body="never")
def _(app: FastAPI, probe: Probe) -> None:
    app.add_exception_handler(KeyError, sync_wraps(probe, _handler(probe)))

    @app.get("/")
    def endpoint() -> None:
        raise KeyError


@TABLE.row("Starlette's Route: def wrapper with wraps over async def", status=500, wrapper="thread", body="never")
def _(app: FastAPI, probe: Probe) -> None:
    async def body(request: Request) -> PlainTextResponse:
        return PlainTextResponse(probe())

    app.add_route("/", sync_wraps(probe, body))


@TABLE.row("background task: def wrapper with wraps over async def", wrapper="thread", body="never")
def _(app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(sync_wraps(probe, coroutine(probe)))


@TABLE.row("on_event: def wrapper with wraps over async def", wrapper="loop", body="never")
def _(app: FastAPI, probe: Probe) -> None:
    app.on_event("startup")(sync_wraps(probe, coroutine(probe)))
    app.get("/")(lambda: "ok")


# ---------------------------------------------------------------- decorators of libraries


def _requires(_app: FastAPI, function: Function) -> Function:
    from starlette.authentication import requires

    return requires([])(function)


def _limited(app: FastAPI, function: Function) -> Function:
    limiter = module("slowapi").Limiter(key_func=lambda request: "all")
    app.state.limiter = limiter
    return limiter.limit("100/minute")(function)


DECORATORS: dict[str, tuple[str, Callable[[FastAPI, Function], Function]]] = {
    "starlette requires": ("starlette", _requires),
    "slowapi limit": ("slowapi", _limited),
    "tenacity retry": ("tenacity", lambda app, function: module("tenacity").retry(stop=module("tenacity").stop_after_attempt(1))(function)),
    "backoff on_exception": ("backoff", lambda app, function: module("backoff").on_exception(module("backoff").expo, OSError)(function)),
    "dependency_injector inject": ("dependency_injector", lambda app, function: module("dependency_injector.wiring").inject(function)),
    "aiocache cached": ("aiocache", lambda app, function: module("aiocache").cached(ttl=1)(function)),
}


def _library(decorate: Callable[[FastAPI, Function], Function], kind: str, app: FastAPI, probe: Probe) -> None:
    def plain_endpoint(request: Request) -> str:
        return probe()

    async def coroutine_endpoint(request: Request) -> str:
        return probe()

    class Authentication:
        """What AuthenticationMiddleware would have put there."""

        def __init__(self, inner: Any) -> None:
            self.inner = inner

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            scope["auth"] = module("starlette.authentication").AuthCredentials([])
            await self.inner(scope, receive, send)

    app.add_middleware(Authentication)
    app.get("/")(decorate(app, plain_endpoint if kind == "def" else coroutine_endpoint))


for _name, (_needs, _decorate) in DECORATORS.items():
    for _kind, _place in (("def", "thread"), ("async def", "loop")):
        if _name != "aiocache cached" or _kind == "async def":  # it takes coroutine functions only
            TABLE.row(f"{_name}, {_kind}", needs=_needs, body=_place)(functools.partial(_library, _decorate, _kind))


@TABLE.row("functools.lru_cache, def", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/")(functools.lru_cache(plain(probe)))


@TABLE.row("cachetools cached, def", needs="cachetools", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/")(module("cachetools").cached({})(plain(probe)))


def _cached(kind: str, app: FastAPI, probe: Probe) -> Visit:
    module("fastapi_cache").FastAPICache.init(module("fastapi_cache.backends.inmemory").InMemoryBackend(), prefix="")
    app.get("/")(module("fastapi_cache.decorator").cache(expire=1)(plain(probe) if kind == "def" else coroutine(probe)))
    return Visit(headers=(("cache-control", "no-cache"),))


TABLE.row("fastapi_cache cache, def", needs="fastapi_cache", body="thread")(functools.partial(_cached, "def"))
TABLE.row("fastapi_cache cache, async def", needs="fastapi_cache", body="loop")(functools.partial(_cached, "async def"))


@pytest.mark.parametrize("row", TABLE.parameters())
def test_decorated_endpoints(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
