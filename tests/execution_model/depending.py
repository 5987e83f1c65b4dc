"""Rows about one dependency: an `async def` endpoint depends on it, whatever it is."""

import functools
from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI

from tests.execution_model.observing import Probe, Table

Make = Callable[[Probe], Any]


def _depending(make: Make, app: FastAPI, probe: Probe) -> None:
    dependency = make(probe)

    @app.get("/")
    async def endpoint(value: Any = Depends(dependency)) -> str:
        return "ok"


def rows_about_dependencies(table: Table) -> Callable[..., Callable[[Make], Make]]:
    """A decorator `dependency(name, **expected)` that adds a row about what the decorated function makes."""

    def dependency(name: str, **expected: str) -> Callable[[Make], Make]:
        def register(make: Make) -> Make:
            table.row(name, **expected)(functools.partial(_depending, make))
            return make

        return register

    return dependency
