"""Run time and catalogue agree: what the tables call blocking blocks a running loop, and what looks like it does not."""

import time
from functools import partial
from pathlib import Path
from typing import get_args

import pytest

from fastapi_async_lint.catalogue.schema import CategoryName
from tests.runtime.claims import computing, database, files, http, network, processes, services, waits
from tests.runtime.claims.claim import Claim, args, on, prove_blocking, prove_free
from tests.runtime.claims.world import World

# Libraries warn of what they use themselves, and forget sockets when a connection fails.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore::{warning}")
    for warning in ("DeprecationWarning", "ResourceWarning", "pytest.PytestUnraisableExceptionWarning")
]

BLOCKING: dict[str, list[Claim]] = {
    "sleep": waits.SLEEP,
    "wait": waits.WAIT,
    "http": http.HTTP,
    "network": network.NETWORK,
    "database": database.DATABASE,
    "file": files.FILE,
    "path": files.PATH,
    "subprocess": processes.SUBPROCESS,
    "console": processes.CONSOLE,
    "service": services.SERVICE,
    "model": services.MODEL,
    "cpu": computing.CPU,
}
"""Category -> the claims about it."""

FREE: list[Claim] = [*waits.FREE, *http.FREE, *network.FREE, *database.FREE, *files.FREE, *processes.FREE, *services.FREE, *computing.FREE]


CATEGORIES = {"sleep", "http", "database", "file", "subprocess", "network", "wait", "service", "model", "console", "cpu", "path"}


def test_every_category_is_claimed_and_many_callables_are() -> None:
    """A category without a proof at run time would be a table that nobody has held against anything."""
    assert set(BLOCKING) == CATEGORIES == set(get_args(CategoryName))
    assert min(len(claims) for claims in BLOCKING.values()) >= 2
    assert len({(claim.path, claim.how) for claims in BLOCKING.values() for claim in claims}) >= 250
    assert len({(claim.path, claim.how) for claim in FREE}) >= 120
    names = [str(claim) for claims in (*BLOCKING.values(), FREE) for claim in claims]
    assert len(set(names)) == len(names), "a note tells claims about one path apart"


def test_a_false_claim_is_refuted(world: World) -> None:
    """By the run, whatever the catalogue says, and by the catalogue, whatever the run shows."""
    with pytest.raises(AssertionError, match="longest_stall"):
        prove_blocking(Claim("time.sleep", lambda _: args(0)), "sleep", world)
    with pytest.raises(AssertionError, match="does not block"):
        prove_blocking(Claim("json.loads", lambda _: args("1")), "cpu", world)
    with pytest.raises(AssertionError, match="does not know"):
        prove_blocking(Claim("time.nothing"), "sleep", world)
    with pytest.raises(AssertionError, match="did not raise"):
        prove_blocking(Claim("time.sleep", lambda _: args(0.1), fails=ValueError), "sleep", world)
    with pytest.raises(AssertionError, match="is not what"):
        prove_free(Claim("queue.Queue.put_nowait", lambda _: on([])), world)
    with pytest.raises(AssertionError, match=r"says that time\.sleep blocks"):
        prove_free(Claim("time.sleep", lambda _: args(0)), world)
    with pytest.raises(AssertionError, match="longest_stall"):
        prove_free(Claim("functools.partial.__call__", lambda _: on(partial(time.sleep, 0.06)), how="instance"), world)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """What the claims need."""
    return World(request, tmp_path)


@pytest.mark.parametrize(
    ("category", "claim"),
    [pytest.param(category, claim, id=f"{category}: {claim}") for category, claims in BLOCKING.items() for claim in claims],
)
def test_what_the_catalogue_calls_blocking_blocks(category: str, claim: Claim, world: World) -> None:
    """Its witness hears it on the loop's thread."""
    prove_blocking(claim, category, world)


@pytest.mark.parametrize("claim", FREE, ids=str)
def test_what_looks_alike_does_not_block(claim: Claim, world: World) -> None:
    """No witness hears it, and the catalogue does not call it blocking."""
    prove_free(claim, world)
