"""Peers as fixtures.

A conftest.py makes them known to its folder by importing them:

    from tests.runtime.fixtures import http_peer, postgres_peer

Each is one server for the whole run of a process; with pytest-xdist every worker starts its own when it first needs it.
"""

from collections.abc import Iterator

import pytest

from tests.runtime.peers import http, postgres, redis, tcp

DELAY = 0.12
"""Seconds that slow peers wait: more than twice what the oracle calls a stall."""


@pytest.fixture(scope="session")
def http_peer() -> Iterator[http.HttpPeer]:
    """An HTTP server; requests name their delay in the query."""
    with http.slow_http() as peer:
        yield peer


@pytest.fixture(scope="session")
def late_http_peer() -> Iterator[http.HttpPeer]:
    """An HTTP server that takes its time before each answer: for clients that make their URLs themselves."""
    with http.slow_http(DELAY) as peer:
        yield peer


@pytest.fixture(scope="session")
def smtp_peer() -> Iterator[tcp.TcpPeer]:
    """An SMTP server that takes its time before each answer."""
    with tcp.slow_smtp(DELAY) as peer:
        yield peer


@pytest.fixture(scope="session")
def echo_peer() -> Iterator[tcp.TcpPeer]:
    """A TCP server that gives each line back after a while."""
    with tcp.slow_tcp(delay=DELAY) as peer:
        yield peer


@pytest.fixture(scope="session")
def silent_peer() -> Iterator[tcp.TcpPeer]:
    """A TCP server that says nothing and hangs up after a while."""
    with tcp.silent_tcp(DELAY) as peer:
        yield peer


@pytest.fixture(scope="session")
def redis_peer() -> Iterator[redis.RedisPeer]:
    """A Redis server; `pause` makes it slow."""
    with redis.slow_redis() as peer:
        yield peer


@pytest.fixture(scope="session")
def postgres_peer() -> Iterator[postgres.PostgresPeer]:
    """A PostgreSQL server with an empty database; the test is skipped where Debian's package is not installed."""
    if postgres.binaries() is None:
        pytest.skip(postgres.MISSING)
    with postgres.private_postgres() as peer:
        yield peer
