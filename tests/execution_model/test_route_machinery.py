"""Section 1.1 of the execution model: what FastAPI and Starlette call around an endpoint."""

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor

from tests.execution_model.observing import Probe, Row, Table, Visit, post

TABLE = Table()


# ---------------------------------------------------------------- the machinery around endpoints


@TABLE.row("get_route_handler's inner coroutine", handler="loop", body="thread", request_body="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    class OwnRequest(Request):
        async def body(self) -> bytes:
            probe("request_body")
            return await super().body()

    class OwnRoute(APIRoute):
        def get_route_handler(self) -> Any:
            original = super().get_route_handler()

            async def handler(request: Request) -> Any:
                probe("handler")
                return await original(OwnRequest(request.scope, request.receive))

            return handler

    router = APIRouter(route_class=OwnRoute)

    @router.post("/")
    def endpoint(item: dict[str, int]) -> str:
        return probe()

    app.include_router(router)
    return post({"a": 1})


@TABLE.row("generate_unique_id_function of an included router", operation_id="loop and thread", body="thread")
def _(app: FastAPI, probe: Probe) -> Visit:
    def operation_id(route: APIRoute) -> str:
        probe("operation_id")
        return route.name

    router = APIRouter(generate_unique_id_function=operation_id)
    router.get("/")(lambda: probe())
    app.include_router(router)


@TABLE.row("Convertor.convert of a def endpoint's path", convert="loop", body="thread")
def _(app: FastAPI, probe: Probe) -> Visit:
    class Word(Convertor[str]):
        regex = "[a-z]+"

        def convert(self, value: str) -> str:
            probe("convert")
            return value

        def to_string(self, value: str) -> str:
            return value

    register_url_convertor("probedword", Word())

    @app.get("/{word:probedword}")
    def endpoint(word: str) -> str:
        return probe()

    return Visit(path="/abc")


@TABLE.row("app.openapi replaced by a def", body="loop")
def _(app: FastAPI, probe: Probe) -> Visit:
    def custom() -> dict[str, str]:
        probe()
        return {}

    app.openapi = custom  # type: ignore[method-assign]
    return Visit(path="/openapi.json")


@pytest.mark.parametrize("row", TABLE.parameters())
def test_route_machinery(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
