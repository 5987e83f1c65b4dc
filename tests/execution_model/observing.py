"""A row of the execution model -> what an application really does: probes inside its functions say where they run.

An application is driven over ASGI by hand, on an event loop of its own, so that no test client's threads blur what is seen.
"""

import asyncio
import gc
import importlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import fastapi
import pytest

Message = MutableMapping[str, Any]


def here() -> str:
    """`loop` where an event loop runs in this thread, else `thread`."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "thread"
    return "loop"


@dataclass
class Probe:
    """Called inside a function, notes under a label where that runs. A function that several threads run may call it."""

    seen: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, label: str = "body") -> str:
        self.seen.append((label, here()))
        return label

    def places(self) -> dict[str, str]:
        """By label: `loop`, `thread`, or both."""
        labels = dict.fromkeys(label for label, _ in self.seen)
        return {label: " and ".join(sorted({place for name, place in self.seen if name == label})) for label in labels}


@dataclass(frozen=True)
class Visit:
    """One request, or one websocket connection that sends `body` as text and leaves."""

    method: str = "GET"
    path: str = "/"
    query: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    websocket: bool = False


def post(value: object, path: str = "/") -> Visit:
    """A request with a JSON body."""
    return Visit("POST", path, body=json.dumps(value).encode(), headers=(("content-type", "application/json"),))


def submit(form: str, path: str = "/") -> Visit:
    """A request with an urlencoded form."""
    return Visit("POST", path, body=form.encode(), headers=(("content-type", "application/x-www-form-urlencoded"),))


def connect(path: str = "/") -> Visit:
    """A websocket connection."""
    return Visit(path=path, body=b"hello", websocket=True)


async def serve(app: Any, visit: Visit) -> int:
    """Starts the application, visits it, stops it; the status of the response, 500 where the application raised, 0 for websockets."""
    stop, started = asyncio.Event(), asyncio.Event()
    messages: list[str] = []

    async def receive() -> Message:
        if not messages:
            messages.append("lifespan.startup")
        else:
            await stop.wait()
            messages.append("lifespan.shutdown")
        return {"type": messages[-1]}

    async def send(message: Message) -> None:
        messages.append(message["type"])
        started.set()

    lifespan = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
    lifespan.add_done_callback(lambda _: started.set())
    await started.wait()
    try:
        return await _visit(app, visit)
    finally:
        stop.set()
        await lifespan


async def _visit(app: Any, visit: Visit) -> int:
    scope = {
        "type": "websocket" if visit.websocket else "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": visit.method,
        "scheme": "ws" if visit.websocket else "http",
        "path": visit.path,
        "raw_path": visit.path.encode(),
        "query_string": visit.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in visit.headers],
        "client": ("127.0.0.1", 50000),
        "server": ("testserver", 80),
        "subprotocols": [],
        "state": {},
    }
    coming: list[Message] = [{"type": "http.request", "body": visit.body, "more_body": False}]
    if visit.websocket:
        text = {"type": "websocket.receive", "text": visit.body.decode()}
        coming = [{"type": "websocket.connect"}, text, {"type": "websocket.disconnect", "code": 1000}]
    answered: list[int] = []
    finished = asyncio.Event()

    async def receive() -> Message:
        if coming:
            return coming.pop(0)
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])
        if message["type"] == "http.response.body" and not message.get("more_body"):
            finished.set()

    try:
        await app(scope, receive, send)
    except Exception:  # noqa: BLE001 - whatever an application raises, a server answers with 500
        return 0 if visit.websocket else 500
    return answered[0] if answered else 0


Build = Callable[[Any, Probe], "Visit | None"]


@dataclass(frozen=True)
class Row:
    """A line of the table: how an application is built, and where each labelled function then runs (`never`: it does not)."""

    name: str
    build: Build
    expected: dict[str, str]
    status: int
    needs: tuple[str, ...]
    since: str

    def check(self) -> None:
        """Builds the application, visits it, and compares."""
        for module in self.needs:
            pytest.importorskip(module)
        if self.since and _version(fastapi.__version__) < _version(self.since):
            pytest.skip(f"since FastAPI {self.since}")
        probe = Probe()
        app = fastapi.FastAPI(openapi_url="/openapi.json")
        visit = self.build(app, probe) or Visit()
        status = asyncio.run(serve(app, visit))
        if "never" in self.expected.values():
            gc.collect()  # coroutines that nobody awaited say so when they die: here, where the warning is expected
        places = dict.fromkeys(self.expected, "never") | probe.places()
        assert places == self.expected, f"expected {self.expected}, saw {places}"
        assert status == (0 if visit.websocket else self.status), f"answered with {status}"


class Table:
    """Collects the rows of a section, in the order of the document."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def row(self, name: str, *, status: int = 200, needs: str = "", since: str = "", **expected: str) -> Callable[[Build], Build]:
        """Registers a function that builds the application of a row; the keywords say where its labels run."""

        def register(build: Build) -> Build:
            self.rows.append(Row(name, build, expected, status, tuple(needs.split()), since))
            return build

        return register

    def parameters(self) -> list[Any]:
        """For `pytest.mark.parametrize`: the id of a test is its row."""
        return [_parameter(row, row.name, row.expected) for row in self.rows]


Play = Callable[[Probe], Awaitable[Any]]


@dataclass(frozen=True)
class Scenario:
    """A coroutine function that hands something over, without an application, and where that then runs."""

    name: str
    play: Play
    expected: dict[str, str]
    needs: str

    def check(self) -> None:
        """Plays it on an event loop, and compares."""
        if self.needs:
            pytest.importorskip(self.needs)
        probe = Probe()

        async def main() -> None:
            await asyncio.wait_for(self.play(probe), 10)  # type: ignore[arg-type]

        asyncio.run(main())
        if "never" in self.expected.values():
            gc.collect()
        places = dict.fromkeys(self.expected, "never") | probe.places()
        assert places == self.expected, f"expected {self.expected}, saw {places}"


class Scenarios:
    """Collects scenarios, in the order of the document."""

    def __init__(self) -> None:
        self.scenarios: list[Scenario] = []

    def row(self, name: str, *, needs: str = "", **expected: str) -> Callable[[Play], Play]:
        """Registers a coroutine function; the keywords say where its labels run."""

        def register(play: Play) -> Play:
            self.scenarios.append(Scenario(name, play, expected, needs))
            return play

        return register

    def parameters(self) -> list[Any]:
        """For `pytest.mark.parametrize`: the id of a test is its row."""
        return [_parameter(scenario, scenario.name, scenario.expected) for scenario in self.scenarios]


async def coroutine(probe: Probe, label: str = "body") -> None:
    """Something to await."""
    probe(label)


async def soon() -> None:
    """Lets callbacks and other tasks run."""
    for _ in range(3):
        await asyncio.sleep(0.001)


def _parameter(value: object, name: str, expected: dict[str, str]) -> Any:
    """Deprecated interfaces and coroutines that nobody awaits are what some rows are about: their warnings are no failures."""
    places = ", ".join(place if label == "body" else f"{label} {place}" for label, place in expected.items())
    return pytest.param(value, id=f"{name}: {places}", marks=pytest.mark.filterwarnings("ignore"))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


def module(name: str) -> Any:
    """A library that is not everywhere; its row says `needs`."""
    return importlib.import_module(name)
