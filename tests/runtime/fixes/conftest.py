"""Peers whose effects are compared: servers of their own, for what they saw is reset between two versions of an application."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.runtime.fixes import effects
from tests.runtime.fixes.effects import Peer
from tests.runtime.peers import http, redis, tcp
from tests.runtime.peers.postgres import PostgresPeer

collect_ignore = ["applications"]
"""Projects, some with tests of their own."""

DELAY = 0.02
"""Seconds that peers wait whose clients the oracle hears by name."""


@pytest.fixture(scope="session")
def peer(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Peer]]:
    """The peer of a name, started when it is first asked for. The test is skipped where Debian's package is not installed."""
    known: dict[str, Peer] = {}
    with ExitStack() as stack:

        def named(name: str) -> Peer:
            if name not in known:
                known[name] = _start(stack, request, name)
            return known[name]

        yield named


def _start(stack: ExitStack, request: pytest.FixtureRequest, name: str) -> Peer:
    match name:
        case "http":
            return effects.http(stack.enter_context(http.slow_http(DELAY)))
        case "smtp":
            return effects.smtp(stack.enter_context(tcp.slow_smtp(DELAY)))
        case "redis":
            if not shutil.which("redis-server"):
                pytest.skip("redis-server is not installed (apt-get install redis-server), and the stand-in has no journal")
            return stack.enter_context(effects.redis(stack.enter_context(redis.real_redis())))
        case "postgres":
            peer: PostgresPeer = request.getfixturevalue("postgres_peer")
            return effects.postgres(peer)
        case _:
            raise KeyError(f"there is no peer {name}")
