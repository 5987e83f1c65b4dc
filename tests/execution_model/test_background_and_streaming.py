"""Section 1.6 of the execution model: background tasks, streaming bodies, files and templates."""

import functools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request, UploadFile
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from starlette.background import BackgroundTask

from tests.execution_model.observing import Probe, Row, Table, module

TABLE = Table()


# ---------------------------------------------------------------- background tasks


class Jobs:
    """Callables of every kind."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe

    def plain(self) -> None:
        self.probe()

    async def coroutine(self) -> None:
        self.probe()


class CallableJob(Jobs):
    """An instance with `def __call__`."""

    def __call__(self) -> None:
        self.probe()


class AsyncCallableJob(Jobs):
    """An instance with `async def __call__`."""

    async def __call__(self) -> None:
        self.probe()


def _added(make: Callable[[Probe], Any], app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(make(probe))


for _name, _place, _make in [
    ("def", "thread", lambda probe: Jobs(probe).plain),
    ("async def", "loop", lambda probe: Jobs(probe).coroutine),
    ("lambda", "thread", lambda probe: lambda: probe()),
    ("an instance with def __call__", "thread", CallableJob),
    ("an instance with async __call__", "loop", AsyncCallableJob),
    ("functools.partial of def", "thread", lambda probe: functools.partial(Jobs(probe).plain)),
    ("functools.partial of async def", "loop", lambda probe: functools.partial(Jobs(probe).coroutine)),
]:
    TABLE.row(f"BackgroundTasks.add_task of {_name}", body=_place)(functools.partial(_added, _make))


@TABLE.row("add_task of a lambda that returns a coroutine", body="thread", coroutine="never")
def _(app: FastAPI, probe: Probe) -> None:
    async def coroutine() -> None:
        probe("coroutine")

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(lambda: (probe(), coroutine())[1])


@TABLE.row("add_task in a dependency", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    async def dependency(tasks: BackgroundTasks) -> None:
        tasks.add_task(Jobs(probe).plain)

    app.get("/", dependencies=[Depends(dependency)])(lambda: "ok")


def _of_response(kind: str, app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    async def endpoint() -> Any:
        jobs = Jobs(probe)
        return PlainTextResponse("", background=BackgroundTask(jobs.plain if kind == "def" else jobs.coroutine))


TABLE.row("Response(background=BackgroundTask(def))", body="thread")(functools.partial(_of_response, "def"))
TABLE.row("Response(background=BackgroundTask(async def))", body="loop")(functools.partial(_of_response, "async def"))


# ---------------------------------------------------------------- streaming


def chunks(probe: Probe) -> Iterator[str]:
    """A synchronous body."""
    probe()
    yield "a"
    probe()
    yield "b"


async def chunks_on_loop(probe: Probe) -> AsyncIterator[str]:
    """An asynchronous body."""
    probe()
    yield "a"
    probe()


def _streaming(make: Callable[[Probe], Any], kind: str, app: FastAPI, probe: Probe) -> None:
    def plain() -> Any:
        return StreamingResponse(make(probe))

    async def coroutine() -> Any:
        return StreamingResponse(make(probe))

    app.get("/")(plain if kind == "def" else coroutine)


for _kind in ("def", "async def"):
    for _name, _place, _content in [
        ("a def generator", "thread", chunks),
        ("a generator expression", "thread", lambda probe: (probe() for _ in range(2))),
        ("map", "thread", lambda probe: map(lambda _: probe(), range(2))),  # noqa: C417 - map is the case
        ("an async generator", "loop", chunks_on_loop),
    ]:
        TABLE.row(f"{_kind} endpoint: StreamingResponse of {_name}", body=_place)(functools.partial(_streaming, _content, _kind))


@TABLE.row("StreamingResponse of an iterable", iter="loop", next="thread")
def _(app: FastAPI, probe: Probe) -> None:
    class Lines:
        def __init__(self) -> None:
            self.left = 1

        def __iter__(self) -> "Lines":
            probe("iter")
            return self

        def __next__(self) -> str:
            probe("next")
            if not self.left:
                raise StopIteration
            self.left -= 1
            return "a"

    @app.get("/")
    async def endpoint() -> Any:
        return StreamingResponse(Lines())


def _events(make: Callable[[Probe], Any], app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    async def endpoint() -> Any:
        return module("sse_starlette").EventSourceResponse(make(probe))


TABLE.row("sse_starlette EventSourceResponse of a def generator", needs="sse_starlette", body="thread")(functools.partial(_events, chunks))
TABLE.row("sse_starlette EventSourceResponse of an async generator", needs="sse_starlette", body="loop")(
    functools.partial(_events, chunks_on_loop)
)


# ---------------------------------------------------------------- files


@TABLE.row("FileResponse: stat and open of its path", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    class ProbedPath(os.PathLike[str]):
        def __fspath__(self) -> str:
            probe()
            return __file__

    @app.get("/")
    async def endpoint() -> Any:
        return FileResponse(ProbedPath(), media_type="text/plain")


class RecordingFile:
    """A spooled file that says where it is read; `_rolled` is what Starlette asks."""

    def __init__(self, probe: Probe, rolled: bool) -> None:
        self.probe, self._rolled = probe, rolled

    def read(self, size: int = -1) -> bytes:
        self.probe()
        return b""


def _uploaded(rolled: bool, raw: bool, app: FastAPI, probe: Probe) -> None:
    @app.get("/")
    async def endpoint() -> None:
        upload = UploadFile(RecordingFile(probe, rolled))  # type: ignore[arg-type]
        if raw:
            upload.file.read()
        else:
            await upload.read()


TABLE.row("await upload.read() held in memory", body="loop")(functools.partial(_uploaded, False, False))
TABLE.row("await upload.read() rolled to disk", body="thread")(functools.partial(_uploaded, True, False))
TABLE.row("upload.file.read() in async def", body="loop")(functools.partial(_uploaded, True, True))


# ---------------------------------------------------------------- templates


def _template(kind: str, app: FastAPI, probe: Probe) -> None:
    jinja2, templating = module("jinja2"), module("fastapi.templating")

    class Loader(jinja2.BaseLoader):  # type: ignore[misc,name-defined]
        def get_source(self, environment: Any, template: str) -> tuple[str, None, Callable[[], bool]]:
            probe("load")
            return "{{ called() }}", None, lambda: True

    templates = templating.Jinja2Templates(env=jinja2.Environment(loader=Loader(), autoescape=True))
    templates.context_processors.append(lambda request: {"processed": probe("context_processor")})

    def plain(request: Request) -> Any:
        return templates.TemplateResponse(request, "a.html", {"called": lambda: probe("render")})

    async def coroutine(request: Request) -> Any:
        return plain(request)

    app.get("/")(plain if kind == "def" else coroutine)


for _kind, _place in (("def", "thread"), ("async def", "loop")):
    TABLE.row(f"{_kind} endpoint: TemplateResponse", needs="jinja2", load=_place, render=_place, context_processor=_place)(
        functools.partial(_template, _kind)
    )


@pytest.mark.parametrize("row", TABLE.parameters())
def test_background_and_streaming(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
