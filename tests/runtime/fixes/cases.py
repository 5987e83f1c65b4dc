"""A folder below applications/ -> the case that it is: an application, the requests to send, and what they block with before it is fixed.

`case.toml`, beside `main.py`:

    codemods = ["offload", "rewrite"]     # the kinds of changes that fixing makes, all of them
    peers = ["http"]                      # what it needs; each is an environment variable for the application, see peers.py
    served = true                         # by uvicorn: for lifespan, websockets and streaming
    start = "time.sleep"                  # what the start of the application blocks with; `end` likewise
    left = ["FAL104 main.py:12"]          # findings that are still there afterwards, as nothing can be done about them
    together = 3                          # how often each request is sent at once

    [requests]
    "GET /read?x=1" = "open"              # what the oracle must hear: a callable, an audit event, `stall`, or "" for nothing in particular
    "POST /upload" = { heard = "...", body = "...", headers = { content-type = "..." } }
    "POST /large" = { heard = "...", body = "...{}...", filler = 1_200_000 }         # so many `x` in place of `{}`
    "WS /chat" = { heard = "...", messages = ["one", "two"] }
    "GET /fails" = { heard = "...", error = "ValueError" }         # what must be in the exception, or `status = 404`
    "GET /broken" = { heard = "...", error = "TypeError", fixed = { status = 200, body = "right" } }  # fixing mends it

An answer is a success (2xx) unless `error` or `status` says otherwise. The same request may be sent twice: what follows a blank and `#` in
its key is only there to tell the two apart.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.runtime.fixes.serving import Answer, Heard, Order, Request

APPLICATIONS = Path(__file__).parent / "applications"
STALL = 0.1
"""Seconds that the loop must have been stalled for where nothing else can be heard."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known beforehand of one request: what blocks before fixing, and how the answer must look in any case."""

    heard: str
    status: int | None = None
    error: str = ""
    mended: tuple[int, str] | None = None
    """Status and body once it is fixed, where it does not work before; None: it stays as it was."""

    def was_heard(self, heard: Heard) -> bool:
        """The oracle heard it."""
        if self.heard == "stall":
            return heard["stall"] >= STALL
        return not self.heard or self.heard in heard["calls"]

    def fits(self, answer: Answer) -> bool:
        """The answer is of the kind that is expected, so that two equal ones say something."""
        if self.error:
            return self.error in answer["error"]
        if self.status is not None:
            return answer["status"] == self.status
        return not answer["error"] and (200 <= answer["status"] < 300 or answer["status"] == 101)


@dataclass(frozen=True, slots=True)
class Case:
    """An application and what is asked of it."""

    folder: Path
    codemods: frozenset[str]
    peers: tuple[str, ...]
    left: tuple[str, ...]
    start: str
    end: str
    order: Order
    names: tuple[str, ...]
    expected: tuple[Expected, ...]


def load(folder: Path) -> Case:
    """The case in a folder. KeyError for words in `case.toml` that mean nothing."""
    given = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    requests = {name: value if isinstance(value, dict) else {"heard": value} for name, value in given.pop("requests").items()}
    case = Case(
        folder,
        frozenset(given.pop("codemods")),
        tuple(given.pop("peers", ())),
        tuple(given.pop("left", ())),
        given.pop("start", ""),
        given.pop("end", ""),
        Order(
            served=given.pop("served", False), requests=[_request(*item) for item in requests.items()], together=given.pop("together", 3)
        ),
        tuple(requests),
        tuple(_expected(value) for value in requests.values()),
    )
    if given:
        raise KeyError(f"{folder / 'case.toml'}: {', '.join(given)}")
    return case


def _request(name: str, value: Mapping[str, Any]) -> Request:
    method, target, *_ = name.split(" ")
    return Request(
        method=method,
        target=target,
        headers=dict(value.get("headers", {})),
        body=value.get("body", "").replace("{}", "x" * value.get("filler", 0)),
        messages=list(value.get("messages", ())),
    )


def _expected(value: Mapping[str, Any]) -> Expected:
    if strange := value.keys() - {"heard", "status", "error", "headers", "body", "filler", "fixed", "messages"}:
        raise KeyError(f"a request says {', '.join(strange)}")
    fixed = value.get("fixed")
    mended = (fixed["status"], fixed["body"]) if fixed else None
    return Expected(value["heard"], value.get("status"), value.get("error", ""), mended)
