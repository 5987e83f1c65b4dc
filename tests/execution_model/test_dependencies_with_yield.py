"""Section 1.3 of the execution model: dependencies with `yield`, and what looks like one and is not entered."""

import functools
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from fastapi import Depends, FastAPI

from tests.execution_model.depending import rows_about_dependencies
from tests.execution_model.observing import Probe, Row, Table

TABLE = Table()
dependency = rows_about_dependencies(TABLE)


# ---------------------------------------------------------------- with yield


@dependency("def generator, enter and exit", enter="thread", exit="thread")
def _(probe: Probe) -> Any:
    def dependency() -> Any:
        probe("enter")
        yield
        probe("exit")

    return dependency


@dependency("async generator, enter and exit", enter="loop", exit="loop")
def _(probe: Probe) -> Any:
    async def dependency() -> Any:
        probe("enter")
        yield
        probe("exit")

    return dependency


@dependency("functools.partial of a def generator", enter="thread", exit="thread")
def _(probe: Probe) -> Any:
    def dependency(flag: bool) -> Any:
        probe("enter")
        yield
        probe("exit")

    return functools.partial(dependency, True)


@dependency("an instance whose __call__ is a def generator", enter="thread", exit="thread")
def _(probe: Probe) -> Any:
    class Session:
        def __call__(self) -> Any:
            probe("enter")
            yield
            probe("exit")

    return Session()


@TABLE.row("def generator with scope='function'", since="0.121.0", enter="thread", exit="thread")
def _(app: FastAPI, probe: Probe) -> None:
    def dependency() -> Any:
        probe("enter")
        yield
        probe("exit")

    @app.get("/")
    async def endpoint(value: Any = Depends(dependency, scope="function")) -> str:
        return "ok"


@TABLE.row("a @contextmanager function", status=500, enter="never")
def _(app: FastAPI, probe: Probe) -> None:
    @contextmanager
    def dependency() -> Any:
        probe("enter")
        yield

    app.get("/", dependencies=[Depends(dependency)])(lambda: "ok")


@TABLE.row("an @asynccontextmanager function", status=500, enter="never")
def _(app: FastAPI, probe: Probe) -> None:
    @asynccontextmanager
    async def dependency() -> Any:
        probe("enter")
        yield

    app.get("/", dependencies=[Depends(dependency)])(lambda: "ok")


@dependency("a class with __enter__", init="thread", enter="never")
def _(probe: Probe) -> Any:
    class Session:
        def __init__(self) -> None:
            probe("init")

        def __enter__(self) -> None:
            probe("enter")

        def __exit__(self, *error: object) -> None:
            return None

    return Session


@pytest.mark.parametrize("row", TABLE.parameters())
def test_dependencies_with_yield(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
