"""Slow TCP servers on loopback, run by a thread: one that greets and answers line by line, and what SMTP, POP3 and others make of it.

A server that greets nobody and answers nothing stands for any server that a client waits for: after the delay it hangs up.
"""

import socketserver
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any


@dataclass(frozen=True, slots=True)
class TcpPeer:
    """Where the server listens, and the lines that it has read so far."""

    host: str
    port: int
    lines: list[bytes] = field(default_factory=list)


Reply = Callable[[bytes], bytes | None]
"""A line without its end -> what is sent for it, which may be nothing; None hangs up."""


def echo(line: bytes) -> bytes:
    """The line once more."""
    return line + b"\r\n"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    peer: TcpPeer
    greeting: bytes
    session: Callable[[], Reply]
    delay: float

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the game."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        time.sleep(self.server.delay)
        reply = self.server.session()
        self.wfile.write(self.server.greeting)
        for raw in self.rfile:
            line = raw.rstrip(b"\r\n")
            self.server.peer.lines.append(line)
            answer = reply(line)
            if answer is None:
                return
            if answer:
                time.sleep(self.server.delay)
                self.wfile.write(answer)


@contextmanager
def slow_tcp(session: Callable[[], Reply] = lambda: echo, *, greeting: bytes = b"", delay: float = 0.0) -> Iterator[TcpPeer]:
    """A server that waits before its greeting and before each answer. `session` makes what answers one connection; lines come back by default."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.session, server.greeting = session, greeting
    with _serving(server, delay) as peer:
        yield peer


@contextmanager
def silent_tcp(delay: float) -> Iterator[TcpPeer]:
    """A server that accepts, says nothing, and hangs up after the delay."""
    with _serving(_Server(("127.0.0.1", 0), _Silent), delay) as peer:
        yield peer


@contextmanager
def _serving(server: _Server, delay: float) -> Iterator[TcpPeer]:
    server.peer = TcpPeer("127.0.0.1", server.server_address[1])
    server.delay = delay
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Silent(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        time.sleep(self.server.delay)


# ----------------------------------------------------------------------------------------------------------- protocols


@contextmanager
def slow_smtp(delay: float = 0.0) -> Iterator[TcpPeer]:
    """An SMTP server that takes any mail; what it was sent stands in `lines`."""
    with slow_tcp(_smtp_session, greeting=b"220 peer ESMTP\r\n", delay=delay) as peer:
        yield peer


def _smtp_session() -> Reply:
    in_data = False

    def reply(line: bytes) -> bytes | None:
        nonlocal in_data
        if in_data:
            in_data = line != b"."
            return b"" if in_data else b"250 taken\r\n"
        match line[:4].upper():
            case b"EHLO":
                return b"250-peer\r\n250 8BITMIME\r\n"
            case b"DATA":
                in_data = True
                return b"354 go on\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
            case _:
                return b"250 ok\r\n"

    return reply
