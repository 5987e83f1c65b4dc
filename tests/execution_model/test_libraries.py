"""Section 1.7 of the execution model: who runs the jobs, handlers and resolvers of libraries around FastAPI."""

import asyncio
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.execution_model.observing import Play, Probe, Row, Scenario, Scenarios, Table, coroutine, module, post, soon

SCENARIOS = Scenarios()


# ---------------------------------------------------------------- APScheduler


def _scheduled(add: Callable[[Any, Probe], None]) -> Play:
    async def run(probe: Probe) -> None:
        scheduler = module("apscheduler.schedulers.asyncio").AsyncIOScheduler()
        add(scheduler, probe)
        scheduler.start()
        for _ in range(200):
            await asyncio.sleep(0.005)
            if probe.seen:
                break
        await soon()
        scheduler.shutdown(wait=False)
        await soon()

    return run


class _Job:
    def __init__(self, probe: Probe) -> None:
        self.probe = probe

    async def __call__(self) -> None:
        self.probe()


for _name, _expected, _add in [
    ("add_job of def", {"body": "thread"}, lambda scheduler, probe: scheduler.add_job(lambda: probe())),
    ("add_job of async def", {"body": "loop"}, lambda scheduler, probe: scheduler.add_job(coroutine, args=[probe])),
    (
        "add_job of functools.partial of async def",
        {"body": "loop"},
        lambda scheduler, probe: scheduler.add_job(functools.partial(coroutine, probe)),
    ),
    (
        "add_job of a lambda that returns a coroutine",
        {"lambda": "thread", "body": "never"},
        lambda scheduler, probe: scheduler.add_job(lambda: (probe("lambda"), coroutine(probe))[1]),
    ),
    (
        "add_job of an instance with async def __call__",
        {"body": "never"},
        lambda scheduler, probe: scheduler.add_job(_Job(probe)),
    ),
    (
        "scheduled_job over def",
        {"body": "thread"},
        lambda scheduler, probe: scheduler.scheduled_job("interval", seconds=0.01, max_instances=9)(lambda: probe()),
    ),
    (
        "add_listener",
        {"body": "loop"},
        lambda scheduler, probe: scheduler.add_listener(lambda _: probe()),
    ),
]:
    SCENARIOS.row(f"AsyncIOScheduler.{_name}", needs="apscheduler", **_expected)(_scheduled(_add))


# ---------------------------------------------------------------- Celery


def _task(call: Callable[[Any], object]) -> Play:
    async def run(probe: Probe) -> None:
        celery = module("celery").Celery("tasks", broker="memory://", backend="cache+memory://")
        celery.conf.task_always_eager = True

        @celery.task  # type: ignore[untyped-decorator,unused-ignore]
        def probing() -> int:
            return len(probe())

        call(probing)

    return run


SCENARIOS.row("Celery task called directly", needs="celery", body="loop")(_task(lambda task: task()))
SCENARIOS.row("Celery task.delay, eager", needs="celery", body="loop")(_task(lambda task: task.delay()))


@SCENARIOS.row("BackgroundScheduler.add_job of def", needs="apscheduler", body="thread")
async def _(probe: Probe) -> None:
    scheduler = module("apscheduler.schedulers.background").BackgroundScheduler()
    scheduler.add_job(lambda: probe())
    scheduler.start()
    while not probe.seen:
        await asyncio.sleep(0.005)
    await asyncio.to_thread(scheduler.shutdown)


# ---------------------------------------------------------------- Socket.IO


@SCENARIOS.row("socketio AsyncServer handlers", needs="socketio", plain="loop", coroutine="loop")
async def _(probe: Probe) -> None:
    server = module("socketio").AsyncServer(async_mode="asgi")
    server.on("plain", lambda sid: probe("plain"))

    @server.on("coroutine")
    async def handler(sid: str) -> None:
        probe("coroutine")

    await server._trigger_event("plain", "/", "sid")
    await server._trigger_event("coroutine", "/", "sid")


@pytest.mark.parametrize("scenario", SCENARIOS.parameters())
def test_libraries(scenario: Scenario) -> None:
    """Each line of the table holds for the installed versions."""
    scenario.check()


# ---------------------------------------------------------------- Strawberry

TABLE = Table()


@TABLE.row(
    "strawberry: resolver, permission, extension, context_getter",
    needs="strawberry",
    resolver="loop",
    coroutine="loop",
    permission="loop",
    extension="loop",
    context_getter="thread",
    mutation="loop",
)
def _(app: FastAPI, probe: Probe) -> Any:
    strawberry = module("strawberry")

    class Permission(strawberry.BasePermission):  # type: ignore[misc,name-defined]
        message = "no"

        def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
            probe("permission")
            return True

    class Extension(module("strawberry.extensions").SchemaExtension):  # type: ignore[misc]
        def on_operation(self) -> Iterator[None]:
            probe("extension")
            yield

    class Query:
        @strawberry.field(permission_classes=[Permission])
        def plain(self) -> int:
            return len(probe("resolver"))

        @strawberry.field
        async def coroutine(self) -> int:
            return len(probe("coroutine"))

    class Mutation:
        @strawberry.mutation
        def change(self) -> int:
            return len(probe("mutation"))

    def context_getter() -> dict[str, str]:
        return {"a": probe("context_getter")}

    schema = strawberry.Schema(strawberry.type(Query), mutation=strawberry.type(Mutation), extensions=[Extension])
    schema_router = module("strawberry.fastapi").GraphQLRouter(schema, context_getter=context_getter)
    app.include_router(schema_router, prefix="/graphql")

    @app.middleware("http")
    async def also_a_mutation(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        await schema.execute("mutation { change }")
        return response

    return post({"query": "{ plain coroutine }"}, "/graphql")


@pytest.mark.parametrize("row", TABLE.parameters())
def test_graphql(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
