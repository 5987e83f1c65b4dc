"""What claims need around them: peers, a folder, and a place to leave things that must be closed."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.runtime.fixtures import DELAY
from tests.runtime.peers.http import HttpPeer
from tests.runtime.peers.postgres import PostgresPeer
from tests.runtime.peers.redis import RedisPeer
from tests.runtime.peers.tcp import TcpPeer

T = TypeVar("T")


class World:
    """One test's surroundings. A peer is started when it is first asked for, so that only its own tests are skipped where it is missing."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._stack = AsyncExitStack()
        self.folder = folder
        self.patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """What is left to the world inside the block is closed behind it, on the same loop."""
        async with AsyncExitStack() as self._stack:
            yield

    def enter(self, manager: AbstractContextManager[T]) -> T:
        """What the context manager gives, until the end."""
        return self._stack.enter_context(manager)

    async def enter_async(self, manager: AbstractAsyncContextManager[T]) -> T:
        """What the asynchronous context manager gives, until the end."""
        return await self._stack.enter_async_context(manager)

    def keep(self, thing: T, close: str = "close") -> T:
        """The thing, whose method of that name, which may be a coroutine function, is called in the end."""
        self._stack.push_async_callback(_call, getattr(thing, close))
        return thing

    def later(self, function: Callable[..., Any], *arguments: Any) -> None:
        """The function is called in the end."""
        self._stack.callback(function, *arguments)

    # ----------------------------------------------------------------------------------------------------------- peers

    @property
    def http(self) -> HttpPeer:
        """The HTTP server."""
        return self._peer("http_peer", HttpPeer)

    @property
    def late(self) -> HttpPeer:
        """The HTTP server that takes its time."""
        return self._peer("late_http_peer", HttpPeer)

    @property
    def slow(self) -> str:
        """A URL that answers after a while."""
        return self.http.url("/slow", delay=DELAY)

    @property
    def quick(self) -> str:
        """A URL that answers at once."""
        return self.http.url("/quick")

    @property
    def echo(self) -> TcpPeer:
        """The server that gives lines back after a while."""
        return self._peer("echo_peer", TcpPeer)

    @property
    def silent(self) -> TcpPeer:
        """The server that hangs up after a while."""
        return self._peer("silent_peer", TcpPeer)

    @property
    def smtp(self) -> TcpPeer:
        """The mail server."""
        return self._peer("smtp_peer", TcpPeer)

    @property
    def redis(self) -> RedisPeer:
        """The Redis server."""
        return self._peer("redis_peer", RedisPeer)

    @property
    def postgres(self) -> PostgresPeer:
        """The PostgreSQL server."""
        return self._peer("postgres_peer", PostgresPeer)

    def _peer(self, name: str, kind: type[T]) -> T:
        peer = self._request.getfixturevalue(name)
        assert isinstance(peer, kind)
        return peer

    # ----------------------------------------------------------------------------------------------------------- files

    def file(self, content: bytes = b"one\ntwo\n", name: str = "file") -> Path:
        """A file of that content."""
        path = self.folder / name
        path.write_bytes(content)
        return path


async def _call(close: Callable[[], Any]) -> None:
    result = close()
    if hasattr(result, "__await__"):
        await result
