"""Section 1.3 of the execution model: each dependency is judged on its own, whatever the endpoint is."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Security, WebSocket
from fastapi.security import APIKeyHeader, HTTPBasic, HTTPBearer, OAuth2PasswordBearer, OAuth2PasswordRequestForm, OpenIdConnect
from pydantic import BaseModel, field_validator

from tests.execution_model.depending import rows_about_dependencies
from tests.execution_model.observing import Probe, Row, Table, Visit, connect, submit

TABLE = Table()
dependency = rows_about_dependencies(TABLE)


@dependency("def", body="thread")
def _(probe: Probe) -> Any:
    def dependency() -> None:
        probe()

    return dependency


@dependency("async def", body="loop")
def _(probe: Probe) -> Any:
    async def dependency() -> None:
        probe()

    return dependency


@dependency("lambda", body="thread")
def _(probe: Probe) -> Any:
    return lambda: probe()


@dependency("a class, its __new__ and __init__", new="thread", init="thread")
def _(probe: Probe) -> Any:
    class Settings:
        def __new__(cls) -> Any:
            probe("new")
            return super().__new__(cls)

        def __init__(self) -> None:
            probe("init")

    return Settings


@dependency("a class with async __call__, its __init__", init="thread", call="never")
def _(probe: Probe) -> Any:
    class Checker:
        def __init__(self) -> None:
            probe("init")

        async def __call__(self) -> None:
            probe("call")

    return Checker


@dependency("an instance with def __call__", init="thread", call="thread")
def _(probe: Probe) -> Any:
    class Checker:
        def __init__(self, role: str) -> None:
            probe("init")  # where the application is built: no event loop runs there

        def __call__(self) -> None:
            probe("call")

    return Checker("admin")


@dependency("an instance with async __call__", body="loop")
def _(probe: Probe) -> Any:
    class Checker:
        async def __call__(self) -> None:
            probe()

    return Checker()


class Services:
    """Methods of every kind as dependencies."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe

    def plain(self) -> None:
        self.probe()

    async def coroutine(self) -> None:
        self.probe()


dependency("a bound method", body="thread")(lambda probe: Services(probe).plain)
dependency("a bound async method", body="loop")(lambda probe: Services(probe).coroutine)
dependency("functools.partial of def", body="thread")(lambda probe: functools.partial(Services(probe).plain))
dependency("functools.partial of async def", body="loop")(lambda probe: functools.partial(Services(probe).coroutine))
dependency("functools.lru_cache of def", body="thread")(lambda probe: functools.lru_cache(lambda: probe()))


@dependency("a classmethod and a staticmethod", classmethod="thread", staticmethod="thread")
def _(probe: Probe) -> Any:
    class Provider:
        @staticmethod
        def static() -> None:
            probe("staticmethod")

        @classmethod
        def provide(cls, other: Any = Depends(static)) -> None:
            probe("classmethod")

    return Provider.provide


@dependency("a dataclass, its __post_init__ and default_factory", post_init="thread", default_factory="thread")
def _(probe: Probe) -> Any:
    @dataclasses.dataclass
    class Settings:
        value: str = dataclasses.field(default_factory=lambda: probe("default_factory"), init=False)

        def __post_init__(self) -> None:
            probe("post_init")

    return Settings


@dependency("a Pydantic model, its validators", validator="thread", post_init="thread")
def _(probe: Probe) -> Any:
    class Filters(BaseModel):
        limit: int = 1

        @field_validator("limit")
        @classmethod
        def positive(cls, value: int) -> int:
            probe("validator")
            return value

        def model_post_init(self, context: object) -> None:
            probe("post_init")

    return type("Filters", (Filters,), {"model_config": {"validate_default": True}})


@dependency("a def that returns a coroutine", body="thread", coroutine="never")
def _(probe: Probe) -> Any:
    async def coroutine() -> None:
        probe("coroutine")

    def dependency() -> Any:
        probe()
        return coroutine()

    return dependency


# ---------------------------------------------------------------- where a dependency is declared


def _both(probe: Probe) -> tuple[Callable[[], None], Callable[[], Any]]:
    def plain() -> None:
        probe("plain")

    async def coroutine() -> None:
        probe("coroutine")

    return plain, coroutine


@TABLE.row("sub-dependencies", plain="thread", coroutine="loop", outer="thread")
def _(app: FastAPI, probe: Probe) -> None:
    plain, coroutine = _both(probe)

    def outer(first: Any = Depends(plain), second: Any = Depends(coroutine)) -> None:
        probe("outer")

    app.get("/", dependencies=[Depends(outer)])(lambda: "ok")


@TABLE.row("dependencies= of a path operation", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/", dependencies=[Depends(one) for one in _both(probe)])(lambda: "ok")


@TABLE.row("dependencies= of a router", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> None:
    router = APIRouter(dependencies=[Depends(one) for one in _both(probe)])
    router.get("/")(lambda: "ok")
    app.include_router(router)


@TABLE.row("dependencies= of include_router", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> None:
    router = APIRouter()
    router.get("/")(lambda: "ok")
    app.include_router(router, dependencies=[Depends(one) for one in _both(probe)])


@TABLE.row("dependencies= of the application", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    inner = FastAPI(dependencies=[Depends(one) for one in _both(probe)])
    inner.get("/x")(lambda: "ok")
    app.mount("/inner", inner)
    return Visit(path="/inner/x")


@TABLE.row("Security", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> None:
    app.get("/", dependencies=[Security(one, scopes=["a"]) for one in _both(probe)])(lambda: "ok")


@TABLE.row("Annotated", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> None:
    plain, coroutine = _both(probe)

    async def endpoint(first: Annotated[Any, Depends(plain)], second: Annotated[Any, Depends(coroutine)]) -> str:
        return "ok"

    app.get("/")(endpoint)


@TABLE.row("Annotated[Class, Depends()]", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    class Settings:
        def __init__(self) -> None:
            probe()

    async def endpoint(settings: Annotated[Settings, Depends()]) -> str:
        return "ok"

    app.get("/")(endpoint)


@TABLE.row("dependency_overrides: the override decides", original="never", override="loop")
def _(app: FastAPI, probe: Probe) -> None:
    def original() -> None:
        probe("original")

    async def override() -> None:
        probe("override")

    app.get("/", dependencies=[Depends(original)])(lambda: "ok")
    app.dependency_overrides[original] = override


@TABLE.row("dependencies of a websocket", plain="thread", coroutine="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    @app.websocket("/", dependencies=[Depends(one) for one in _both(probe)])
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()

    return connect()


# ---------------------------------------------------------------- security


@TABLE.row("a security class whose __call__ is overridden by def", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    class Bearer(HTTPBearer):
        def __call__(self, request: Request) -> str:  # type: ignore[override]
            return probe()

    app.get("/", dependencies=[Depends(Bearer())])(lambda: "ok")


@TABLE.row("a security class whose __call__ is overridden by async def", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    class Bearer(HTTPBearer):
        async def __call__(self, request: Request) -> Any:
            probe()

    app.get("/", dependencies=[Depends(Bearer())])(lambda: "ok")


@TABLE.row("HTTPBearer reads the header", header="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    from starlette.datastructures import Headers

    class Probed(Headers):
        def get(self, key: str, default: Any = None) -> Any:
            if key.lower() == "authorization":
                probe("header")
            return super().get(key, default)

    class Bearer(HTTPBearer):
        async def __call__(self, request: Request) -> Any:
            request._headers = Probed(scope=request.scope)
            return await super().__call__(request)

    app.get("/", dependencies=[Depends(Bearer())])(lambda: "ok")
    return Visit(headers=(("authorization", "Bearer x"),))


@TABLE.row("OAuth2PasswordRequestForm, its __init__", body="thread")
def _(app: FastAPI, probe: Probe) -> Visit:
    class Form(OAuth2PasswordRequestForm):
        def __setattr__(self, name: str, value: Any) -> None:
            probe()
            super().__setattr__(name, value)

    @app.post("/")
    async def endpoint(form: Form = Depends()) -> str:
        return form.username

    return submit("username=a&password=b")


@pytest.mark.parametrize(
    "scheme",
    [HTTPBearer(), HTTPBasic(), OAuth2PasswordBearer("token"), APIKeyHeader(name="key"), OpenIdConnect(openIdConnectUrl="/")],
    ids=lambda scheme: type(scheme).__name__,
)
def test_security_classes_are_coroutine_functions(scheme: Any) -> None:
    """FastAPI's own security classes are called on the loop."""
    import inspect

    assert inspect.iscoroutinefunction(type(scheme).__call__)


@pytest.mark.parametrize("row", TABLE.parameters())
def test_dependencies(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
