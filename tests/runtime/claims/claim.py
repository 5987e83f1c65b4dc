"""A claim of the catalogue about one callable -> the same callable run on an event loop, under the oracle.

A claim names a path of the catalogue and says how to get there: `given(world)` runs on the loop before the observation, and gives the call to
make: the receiver, if it is a method, and the arguments. What is called is looked up by the path itself, so that the claim cannot be about
one thing and the run about another.
"""

import asyncio
import gc
import inspect
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from fastapi_async_lint.catalogue import Catalogue, Entry, available, load
from tests.runtime.claims.world import World
from tests.runtime.fixtures import DELAY
from tests.runtime.oracle import Observation, fresh_loop, settled, watching
from tools.installed import resolve

STALL = "a stall"
"""The ticker hears it. Anything else is the name of a call that BlockBuster records, or of an audit event."""

How = Literal["call", "construct", "enter", "exit", "iterate", "item", "instance"]
"""What is done: a function or method is called, a class is called, `with` is entered or left, `for`, `x[i]`, an instance is called."""


@dataclass(frozen=True, slots=True)
class Call:
    """The call to make. `meanwhile` is run by another thread a while after the call has begun: what it waits for."""

    receiver: Any = None
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[], object] | None = None


def args(*arguments: Any, **keywords: Any) -> Call:
    """A call of a function or class with these arguments."""
    return Call(None, arguments, keywords)


def on(receiver: Any, *arguments: Any, **keywords: Any) -> Call:
    """A call of the receiver's method with these arguments."""
    return Call(receiver, arguments, keywords)


def while_waiting(meanwhile: Callable[[], object], call: Call) -> Call:
    """The call, and what ends its waiting."""
    return Call(call.receiver, call.arguments, call.keywords, meanwhile)


Given = Callable[[World], Any]
"""A Call, or an awaitable of one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One callable, and what running it must show."""

    path: str
    given: Given = lambda _: args()
    how: How = "call"
    heard: str | tuple[str, ...] = STALL
    """Who hears it, where it blocks; several names where Python's versions differ."""
    fails: type[BaseException] | tuple[type[BaseException], ...] | Callable[[], Any] = ()
    """What it raises in the end, or what gives that when it is called: the class of a library that is not imported yet."""
    unless: str = ""
    """Where it does not block: the argument on which the catalogue has a condition that spares this call."""
    tolerated: tuple[str, ...] = ()
    """What is heard, though it does not block in any sense that matters; the claim's comment says what it is."""
    note: str = ""
    """Tells it from another claim about the same path."""

    def __str__(self) -> str:
        """What pytest calls it: `enter threading.Lock`."""
        return " ".join(word for word in ("" if self.how == "call" else self.how, self.path, self.note) if word)


# ------------------------------------------------------------------------------------------------------------- running


def observed(claim: Claim, world: World) -> Observation:
    """How the call blocks a fresh loop. AssertionError when it does not end as the claim says."""

    async def main() -> Observation:
        async with world.opened():
            call = claim.given(world)
            call = await call if inspect.isawaitable(call) else call
            assert call.receiver is None or _receiver_fits(claim, call.receiver), f"{call.receiver!r} is not what {claim.path} is about"
            run = _operation(claim, call)
            errors: Any = claim.fails() if inspect.isfunction(claim.fails) else claim.fails
            timer = threading.Timer(DELAY, call.meanwhile) if call.meanwhile else None
            if timer:
                timer.start()
            result, failed, close = None, False, "close"
            async with watching() as observation:
                try:
                    result = run()
                    if inspect.isawaitable(result):
                        result = await result
                        close = "aclose" if hasattr(type(result), "aclose") else "close"
                except errors:
                    failed = True
            if timer:
                timer.join()
            await _close(result, close)
            assert failed == bool(errors), f"{claim} did not raise {errors}"
            return observation()

    observation = fresh_loop(main)
    if claim.fails:
        gc.collect()  # many a library leaves its socket behind when a connection fails
    return observation


async def _close(result: Any, close: str) -> None:
    """Files, sockets and connections that the call gave."""
    for opened in result if isinstance(result, tuple) else (result,):
        if callable(getattr(type(opened), close, None)):
            closed = getattr(opened, close)()
            await (closed if inspect.isawaitable(closed) else asyncio.sleep(0.001))


def _operation(claim: Claim, call: Call) -> Callable[[], Any]:
    receiver, arguments, keywords = call.receiver, call.arguments, call.keywords
    match claim.how:
        case "call" | "construct":
            owner, _, name = claim.path.rpartition(".")
            holder = resolve(owner) if receiver is None else receiver
            return lambda: getattr(holder, name)(*arguments, **keywords)  # looked up when BlockBuster's wrappers stand
        case "instance":
            return lambda: receiver(*arguments, **keywords)
        case "enter":
            return lambda: type(receiver).__enter__(receiver)
        case "exit":
            return lambda: type(receiver).__exit__(receiver, None, None, None)
        case "iterate":
            return lambda: deque(receiver, 0)
        case "item":
            return lambda: receiver[arguments[0]]


# ----------------------------------------------------------------------------------------------------------- comparing


@cache
def catalogue() -> Catalogue:
    """All shipped files."""
    return load(available())


def entry(claim: Claim) -> Entry | None:
    """What the catalogue says of the claim's callable; None if nothing."""
    known = catalogue()
    match claim.how:
        case "call":
            return known.callable(claim.path)
        case "construct":
            return known.constructor(claim.path)
        case "instance":
            return known.calling(claim.path)
        case "enter":
            return known.entering(claim.path, is_async=False)
        case "exit":
            return known.leaving(claim.path)
        case "iterate":
            return known.iterating(claim.path, is_async=False)
        case "item":
            return known.indexing(claim.path)


def _receiver_fits(claim: Claim, receiver: object) -> bool:
    """The receiver is an instance of the class that the path names. Of the catalogue's own classes nobody has instances."""
    owner = claim.path.rpartition(".")[0] if claim.how == "call" else claim.path
    try:
        found = resolve(owner)
    except AttributeError:
        return True
    return not inspect.isclass(found) or isinstance(receiver, found) or (inspect.isclass(receiver) and issubclass(receiver, found))


def prove_blocking(claim: Claim, category: str, world: World) -> None:
    """Running it blocks the loop, as the claim's witness hears, and the catalogue says so in that category."""
    said = entry(claim)
    assert said is not None, f"the catalogue does not know {claim}"
    assert said.blocks, f"the catalogue says that {claim} does not block"
    assert not said.coroutine
    assert said.category == category
    observation = observed(claim, world)
    if claim.heard == STALL:
        assert observation.stalled, f"{claim}: {observation}"
    else:
        names = (claim.heard,) if isinstance(claim.heard, str) else claim.heard
        assert {*names} & {*observation.blocking_calls, *observation.audited}, f"{claim}: {observation}"


def _tolerant(observation: Observation, tolerated: tuple[str, ...]) -> Observation:
    calls, events = (tuple(name for name in heard if name not in tolerated) for heard in (observation.blocking_calls, observation.audited))
    return replace(observation, blocking_calls=calls, audited=events)


def prove_free(claim: Claim, world: World) -> None:
    """Running it leaves the loop alone, and the catalogue does not say otherwise."""
    said = entry(claim)
    if claim.unless:
        assert said is not None
        conditions = (*said.unless, *said.when)
        assert claim.unless in {condition.name or str(condition.position) for condition in conditions}, f"no such condition: {conditions}"
    else:
        assert said is None or not said.blocks, f"the catalogue says that {claim} blocks: {said.level}"
    observation = settled(lambda: _tolerant(observed(claim, world), claim.tolerated))
    assert not observation.blocked, f"{claim}: {observation}"
