"""Section 1.4 of the execution model: models of parameters and of responses, on the loop even for `def` endpoints, with exceptions."""

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, Union

import pydantic
import pytest
from fastapi import Depends, FastAPI, Form, Query
from fastapi.responses import JSONResponse
from pydantic import (
    AfterValidator,
    BaseModel,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)

from tests.execution_model.observing import Probe, Row, Table, Visit, module, post, submit

TABLE = Table()


def endpoint_taking(app: FastAPI, kind: str, annotation: Any, default: Any = ..., method: str = "post") -> None:
    """A `def` or `async def` endpoint with one parameter `value` of that annotation."""
    register = getattr(app, method)("/")
    if kind == "def":

        def plain(value: annotation) -> str:  # type: ignore[valid-type]
            return "ok"

        endpoint: Callable[..., Any] = plain
    else:

        async def coroutine(value: annotation) -> str:  # type: ignore[valid-type]
            return "ok"

        endpoint = coroutine
    if default is not ...:
        endpoint.__defaults__ = (default,)
    register(endpoint)


Build = Callable[[FastAPI, Probe, str], "Visit | None"]


def for_both_kinds(name: str, expected_def: dict[str, str], expected_async: dict[str, str], status: int = 200) -> Callable[[Build], Build]:
    """A row for a `def` endpoint and one for an `async def` endpoint."""

    def register(build: Build) -> Build:
        for kind, expected in (("def", expected_def), ("async def", expected_async)):
            TABLE.row(f"{kind} endpoint: {name}", status=status, **expected)(functools.partial(_build, build, kind))
        return build

    return register


def _build(build: Build, kind: str, app: FastAPI, probe: Probe) -> Visit | None:
    return build(app, probe, kind)


def on_loop(name: str, *labels: str) -> Callable[[Build], Build]:
    """Rows for what runs on the loop for either kind of endpoint."""
    expected = dict.fromkeys(labels or ("body",), "loop")
    return for_both_kinds(name, expected, expected)


# ---------------------------------------------------------------- parameters


def model_of(probe: Probe) -> type[BaseModel]:
    """A model with every kind of validator."""

    class Item(BaseModel):
        number: int = 1
        made: int = Field(default_factory=lambda: len(probe("default_factory")))
        checked: Annotated[int, AfterValidator(lambda value: (probe("AfterValidator"), value)[1])] = 1

        def __init__(self, **data: Any) -> None:
            probe("__init__")
            super().__init__(**data)

        @field_validator("number")
        @classmethod
        def _field(cls, value: int) -> int:
            probe("field_validator")
            return value

        @model_validator(mode="before")
        @classmethod
        def _before(cls, data: Any) -> Any:
            probe("model_validator before")
            return data

        @model_validator(mode="after")
        def _after(self) -> "Item":
            probe("model_validator after")
            return self

        def model_post_init(self, context: object) -> None:
            probe("model_post_init")

    return Item


VALIDATORS = (
    "default_factory",
    "AfterValidator",
    "__init__",
    "field_validator",
    "model_validator before",
    "model_validator after",
    "model_post_init",
)


@on_loop("body model", *VALIDATORS)
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    endpoint_taking(app, kind, model_of(probe))
    return post({"number": 2, "checked": 3})


@on_loop("query model", *VALIDATORS)
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    endpoint_taking(app, kind, Annotated[model_of(probe), Query()], method="get")
    return Visit(query="number=2&checked=3")


@on_loop("form model", *VALIDATORS)
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    endpoint_taking(app, kind, Annotated[model_of(probe), Form()])
    return submit("number=2&checked=3")


@on_loop("query parameter with AfterValidator")
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    endpoint_taking(app, kind, Annotated[int, AfterValidator(lambda value: (probe(), value)[1])], method="get")
    return Visit(query="value=1")


@on_loop("Query(default_factory=)")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    endpoint_taking(app, kind, Annotated[str, Query(default_factory=lambda: probe())], method="get")


@on_loop("callable Discriminator")
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    def kind_of(data: Any) -> str:
        probe()
        return str(data["kind"])

    pet = Annotated[Union[Annotated[Cat, Tag("cat")], Annotated[Dog, Tag("dog")]], Discriminator(kind_of)]  # noqa: UP007 - Annotated members
    endpoint_taking(app, kind, pet)
    return post({"kind": "cat"})


@on_loop("dataclass body, its __post_init__")
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    @dataclasses.dataclass
    class Item:
        number: int

        def __post_init__(self) -> None:
            probe()

    endpoint_taking(app, kind, Item)
    return post({"number": 1})


@on_loop("Pydantic dataclass body, its __post_init__")
def _(app: FastAPI, probe: Probe, kind: str) -> Visit:
    @pydantic.dataclasses.dataclass
    class Item:
        number: int

        def __post_init__(self) -> None:
            probe()

    endpoint_taking(app, kind, Item)
    return post({"number": 1})


@for_both_kinds("model as a dependency's class", {"body": "thread"}, {"body": "thread"})
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Filters(BaseModel):
        limit: int = 1

        def model_post_init(self, context: object) -> None:
            probe()

    endpoint_taking(app, kind, Filters, Depends(), method="get")


@for_both_kinds("model constructed by the endpoint", {"body": "thread"}, {"body": "loop"})
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Item(BaseModel):
        def model_post_init(self, context: object) -> None:
            probe()

    def make() -> str:
        Item()
        return "ok"

    async def coroutine() -> str:
        return make()

    app.get("/")(make if kind == "def" else coroutine)


# ---------------------------------------------------------------- responses


def endpoint_giving(app: FastAPI, kind: str, make: Callable[[], Any], **options: Any) -> None:
    """A `def` or `async def` endpoint that returns what `make` gives; unannotated, since FastAPI takes an annotation for a response model."""

    def plain():  # type: ignore[no-untyped-def]
        return make()

    async def coroutine():  # type: ignore[no-untyped-def]
        return make()

    app.get("/", **options)(plain if kind == "def" else coroutine)


@for_both_kinds("response_model validates again", {"body": "thread"}, {"body": "loop"})
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Item(BaseModel):
        number: int

        @field_validator("number")
        @classmethod
        def _field(cls, value: int) -> int:
            probe()
            return value

    endpoint_giving(app, kind, lambda: {"number": 1}, response_model=Item)


@for_both_kinds("response_model reads properties (from_attributes)", {"body": "thread"}, {"body": "loop"})
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Item(BaseModel):
        model_config = {"from_attributes": True}
        number: int

    class Record:
        @property
        def number(self) -> int:
            return len(probe())

    endpoint_giving(app, kind, Record, response_model=Item)


def serialised_model_of(probe: Probe) -> type[BaseModel]:
    """A model with every kind of serialiser."""

    class Item(BaseModel):
        number: int = 1
        other: Annotated[int, PlainSerializer(lambda value: (probe("PlainSerializer"), value)[1])] = 1

        @computed_field  # type: ignore[prop-decorator]
        @property
        def computed(self) -> int:
            return len(probe("computed_field"))

        @field_serializer("number")
        def _number(self, value: int) -> int:
            probe("field_serializer")
            return value

    return Item


SERIALISERS = ("PlainSerializer", "computed_field", "field_serializer")


@on_loop("serialisers, with response_model", *SERIALISERS)
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    model = serialised_model_of(probe)
    endpoint_giving(app, kind, model, response_model=model)


@on_loop("serialisers, without response_model", *SERIALISERS)
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    endpoint_giving(app, kind, serialised_model_of(probe))


@on_loop("model_serializer")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Item(BaseModel):
        @model_serializer
        def _all(self) -> dict[str, str]:
            return {"a": probe()}

    endpoint_giving(app, kind, Item, response_model=Item)


@on_loop("jsonable_encoder iterates what is returned")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Items:
        def __iter__(self) -> Iterator[tuple[str, int]]:
            probe()
            yield ("a", 1)

    endpoint_giving(app, kind, Items)


@on_loop("response_class renders plain data")
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Probed(JSONResponse):
        def render(self, content: Any) -> bytes:
            probe()
            return super().render(content)

    endpoint_giving(app, kind, dict, response_class=Probed)


@for_both_kinds("a response returned by the endpoint renders itself", {"body": "thread"}, {"body": "loop"})
def _(app: FastAPI, probe: Probe, kind: str) -> None:
    class Probed(JSONResponse):
        def render(self, content: Any) -> bytes:
            probe()
            return super().render(content)

    endpoint_giving(app, kind, lambda: Probed({}))


def _streamed(probe: Probe, app: FastAPI, response_class: Any, kind: str) -> None:
    class Item(BaseModel):
        number: int = 1

        @field_serializer("number")
        def _number(self, value: int) -> int:
            probe()
            return value

    def plain() -> Any:
        yield Item()

    async def coroutine() -> Any:
        yield Item()

    options = {"response_class": response_class} if response_class else {}
    app.get("/", **options)(plain if kind == "def" else coroutine)


@TABLE.row("def generator endpoint: serialisers of streamed JSON lines", since="0.134.0", body="thread")
def _(app: FastAPI, probe: Probe) -> None:
    _streamed(probe, app, None, "def")


@TABLE.row("def generator endpoint: serialisers of server-sent events", since="0.135.0", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    _streamed(probe, app, module("fastapi.sse").EventSourceResponse, "def")


@TABLE.row("async generator endpoint: serialisers of streamed JSON lines", since="0.134.0", body="loop")
def _(app: FastAPI, probe: Probe) -> None:
    _streamed(probe, app, None, "async def")


@pytest.mark.parametrize("row", TABLE.parameters())
def test_validation(row: Row) -> None:
    """Each row of the table holds for the installed versions."""
    row.check()
