"""A Redis server on loopback: Debian's `redis-server` where it is installed, else a small one that speaks enough of the protocol.

Both understand `CLIENT PAUSE`, which is how a test makes the next commands slow.
"""

import shutil
import socket
import socketserver
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from threading import Condition, Thread
from typing import Any

from tests.runtime.peers.ports import free_port, listens, wait_until


@dataclass(frozen=True, slots=True)
class RedisPeer:
    """Where the server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """`redis://127.0.0.1:12345/0`."""
        return f"redis://{self.host}:{self.port}/0"

    def pause(self, seconds: float) -> None:
        """From now on and for so long, commands wait."""
        with socket.create_connection((self.host, self.port)) as connection:
            connection.sendall(f"CLIENT PAUSE {round(seconds * 1000)} ALL\r\n".encode())
            if connection.recv(100) != b"+OK\r\n":
                raise RuntimeError("the server does not pause")


@contextmanager
def slow_redis() -> Iterator[RedisPeer]:
    """The real server if there is one, else the small one."""
    with real_redis() if shutil.which("redis-server") else small_redis() as peer:
        yield peer


@contextmanager
def real_redis() -> Iterator[RedisPeer]:
    """Debian's server, with nothing on disk, while the block runs."""
    port = free_port()
    with TemporaryDirectory() as folder:
        options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder, "hz": 100}
        command = ["redis-server", *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: listens(port), server)
            yield RedisPeer("127.0.0.1", port)
        finally:
            server.terminate()
            server.wait(10)


# ------------------------------------------------------------------------------------------------------ the small one


@dataclass(slots=True)
class _Store:
    """Values by key, lists among them, guarded by one condition, which is notified when a list grows."""

    changed: Condition = field(default_factory=Condition)
    values: dict[bytes, Any] = field(default_factory=dict)
    paused_until: float = 0.0


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    store: _Store

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the game."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        queued: list[list[bytes]] | None = None
        self.nil = b"$-1\r\n"
        while words := self._read():
            name = words[0].upper()
            if name == b"HELLO":
                self.nil = b"_\r\n"  # of the protocol's third version
            if name == b"MULTI":
                queued = []
                self._send("OK")
            elif name == b"EXEC" and queued is not None:
                commands, queued = queued, None
                self._send([_run(self.server.store, command) for command in commands])
            elif queued is not None:
                queued.append(words)
                self._send("QUEUED")
            else:
                self._send(_run(self.server.store, words))

    def _read(self) -> list[bytes]:
        line = self.rfile.readline().rstrip(b"\r\n")
        if not line.startswith(b"*"):
            return line.split()
        words = []
        for _ in range(int(line[1:])):
            length = int(self.rfile.readline()[1:])
            words.append(self.rfile.read(length + 2)[:length])
        return words

    def _send(self, value: object) -> None:
        self.wfile.write(_encoded(value, self.nil))


def _encoded(value: object, nil: bytes) -> bytes:
    match value:
        case None:
            return nil
        case ValueError():
            return f"-ERR {value}\r\n".encode()
        case str():
            return f"+{value}\r\n".encode()
        case int():
            return f":{value}\r\n".encode()
        case bytes():
            return b"$%d\r\n%s\r\n" % (len(value), value)
        case dict():
            return b"%%%d\r\n" % len(value) + b"".join(_encoded(item, nil) for pair in value.items() for item in pair)
        case list():
            return b"*%d\r\n" % len(value) + b"".join(_encoded(item, nil) for item in value)
        case _:
            raise TypeError(f"no reply: {value!r}")


def _run(store: _Store, words: list[bytes]) -> object:
    name, *arguments = words
    if name.upper() == b"CLIENT" and arguments[0].upper() == b"PAUSE":
        store.paused_until = time.monotonic() + int(arguments[1]) / 1000
        return "OK"
    time.sleep(max(0.0, store.paused_until - time.monotonic()))
    with store.changed:
        try:
            return _answer(store, name.upper(), arguments)
        except ValueError as error:
            return error


def _answer(store: _Store, name: bytes, arguments: list[bytes]) -> object:
    values = store.values
    match name, *arguments:
        case [b"PING"]:
            return "PONG"
        case b"PING" | b"ECHO", text:
            return text
        case b"HELLO", b"3", *_:  # what redis-py says first
            return {"server": "redis", "version": "7.0.0", "proto": 3, "role": "master"}
        case b"SELECT" | b"CLIENT" | b"AUTH", *_:
            return "OK"
        case b"FLUSHALL" | b"FLUSHDB", *_:
            values.clear()
            return "OK"
        case b"GET", key:
            return values.get(key)
        case b"SET", key, value, *options:
            if b"NX" in options and key in values:
                return None
            values[key] = value
            return "OK"
        case b"SETEX", key, _, value:
            values[key] = value
            return "OK"
        case b"SCAN", *_:
            return [b"0", list(values)]
        case b"DEL", *keys:
            return sum(values.pop(key, None) is not None for key in keys)
        case b"EXISTS", *keys:
            return sum(key in values for key in keys)
        case b"INCR" | b"INCRBY", key, *_:
            values[key] = b"%d" % (int(values.get(key, b"0")) + 1)
            return int(values[key])
        case b"LPUSH" | b"RPUSH", key, *items:
            values.setdefault(key, []).extend(items)
            store.changed.notify_all()
            return len(values[key])
        case b"LLEN", key:
            return len(values.get(key, []))
        case b"SADD", key, *items:
            values.setdefault(key, set()).update(items)
            return len(items)
        case b"SMEMBERS", key:
            return sorted(values.get(key, ()))
        case b"PUBLISH", *_:
            return 0
        case b"SUBSCRIBE", channel:
            return [b"subscribe", channel, 1]
        case b"BLPOP" | b"BRPOP", key, timeout:
            there = store.changed.wait_for(lambda: values.get(key), float(timeout) or None)
            return [key, values[key].pop(0)] if there else None
        case _:
            raise ValueError(f"unknown command '{name.decode()}'")


@contextmanager
def small_redis() -> Iterator[RedisPeer]:
    """The small server while the block runs: strings, lists, transactions and blocking pops."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.store = _Store()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield RedisPeer("127.0.0.1", server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
