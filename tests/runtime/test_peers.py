"""The peers answer as the real servers do, so far as the run-time proofs ask them."""

import smtplib
import threading
import time
from collections.abc import Iterator

import psycopg2
import pytest
import redis
import requests

from tests.runtime.fixtures import DELAY
from tests.runtime.peers import redis as redis_peers
from tests.runtime.peers.http import HttpPeer
from tests.runtime.peers.postgres import PostgresPeer
from tests.runtime.peers.tcp import TcpPeer


def test_http_echoes_method_headers_and_body(http_peer: HttpPeer) -> None:
    """And what was asked is remembered."""
    reply = requests.put(http_peer.url("/items", a=1), data="body", headers={"X-Mark": "m"}, timeout=5).json()
    assert (reply["method"], reply["path"], reply["query"], reply["body"]) == ("PUT", "/items", {"a": "1"}, "body")
    assert reply["headers"]["x-mark"] == "m"
    assert ("PUT", "/items?a=1") in http_peer.requests


def test_http_redirects_fails_and_streams(http_peer: HttpPeer) -> None:
    """As the query says."""
    assert requests.get(http_peer.url("/old", to="/new"), timeout=5).json()["path"] == "/new"
    assert requests.get(http_peer.url("/old", to="/new", status=307), timeout=5, allow_redirects=False).status_code == 307
    assert requests.get(http_peer.url(status=503), timeout=5).status_code == 503
    assert requests.get(http_peer.url(chunks=3), timeout=5).text == "line 0\nline 1\nline 2\n"
    assert requests.head(http_peer.url(), timeout=5).text == ""
    assert requests.get(http_peer.url(text="hello"), timeout=5).text == "hello"


def test_http_waits(http_peer: HttpPeer) -> None:
    """For as long as the query says."""
    before = time.monotonic()
    requests.get(http_peer.url(delay=0.1), timeout=5)
    assert time.monotonic() - before >= 0.1


def test_smtp_takes_mail(smtp_peer: TcpPeer) -> None:
    """After each answer's delay."""
    before = time.monotonic()
    with smtplib.SMTP(smtp_peer.host, smtp_peer.port, timeout=5) as client:
        assert client.sendmail("from@example.com", ["to@example.com"], "Subject: x\n\nbody") == {}
    assert time.monotonic() - before >= DELAY
    assert b"body" in smtp_peer.lines


@pytest.fixture(params=[redis_peers.small_redis, redis_peers.slow_redis], ids=["the small one", "the one that is there"])
def peer(request: pytest.FixtureRequest) -> Iterator[redis_peers.RedisPeer]:
    """Each kind of server."""
    with request.param() as peer:
        yield peer


def test_redis_keeps_values(peer: redis_peers.RedisPeer) -> None:
    """Strings and transactions."""
    with redis.Redis(host=peer.host, port=peer.port) as client:
        assert client.ping()
        assert client.set("a", "1")
        assert client.incr("a") == 2
        assert client.get("a") == b"2"
        with client.pipeline() as pipeline:
            pipeline.set("b", "x")
            pipeline.get("b")
            assert pipeline.execute() == [True, b"x"]
        assert client.exists("a", "b", "c") == 2
        with pytest.raises(redis.ResponseError):
            client.incr("b")
        assert client.delete("a", "b") == 2
        assert client.get("a") is None


def test_redis_blocks_in_pops(peer: redis_peers.RedisPeer) -> None:
    """Until something is pushed, or the time is over."""
    with redis.Redis(host=peer.host, port=peer.port) as client, redis.Redis(host=peer.host, port=peer.port) as other:
        assert client.blpop(["list"], timeout=0.05) is None
        timer = threading.Timer(0.1, other.rpush, ["list", "x"])
        before = time.monotonic()
        timer.start()
        assert list(client.blpop(["list"], timeout=3) or ()) == [b"list", b"x"]
        assert time.monotonic() - before >= 0.1
        timer.join()


def test_redis_pauses(peer: redis_peers.RedisPeer) -> None:
    """So that any command can be slow."""
    with redis.Redis(host=peer.host, port=peer.port) as client:
        client.ping()
        before = time.monotonic()
        peer.pause(0.15)
        client.get("a")
        assert time.monotonic() - before >= 0.15


def test_postgres_is_private(postgres_peer: PostgresPeer) -> None:
    """It holds nothing but what a test puts there."""
    connection = psycopg2.connect(postgres_peer.dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_user_tables")
        assert cursor.fetchone() == (0,)
    connection.close()
