"""Peers and folders -> what an application has done to them, as values that can be compared.

The application finds its peers in environment variables: `HTTP` (a URL), `SMTP` (a port), `REDIS` and `POSTGRES` (URLs). Between two
versions of an application everything is as it was at first.
"""

import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TypeAlias

import psycopg2

from tests.runtime.peers.http import HttpPeer
from tests.runtime.peers.postgres import PostgresPeer
from tests.runtime.peers.redis import RedisPeer
from tests.runtime.peers.tcp import TcpPeer

Effects: TypeAlias = dict[str, list[str]]
"""Where -> what was seen there, in order: `http`, `smtp`, `redis`, a table's name, a file's path."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer, as far as its effects are concerned."""

    environment: dict[str, str]
    seen: Callable[[], Effects]
    reset: Callable[[], None]


def http(peer: HttpPeer) -> Peer:
    """Requests: method and target."""
    return Peer({"HTTP": peer.base}, lambda: {"http": [" ".join(one) for one in peer.requests]}, peer.requests.clear)


def smtp(peer: TcpPeer) -> Peer:
    """The lines that clients sent."""
    return Peer({"SMTP": str(peer.port)}, lambda: {"smtp": [line.decode() for line in peer.lines]}, peer.lines.clear)


def postgres(peer: PostgresPeer) -> Peer:
    """The rows of all tables of a database that is made for this."""
    with closing(psycopg2.connect(peer.dsn)) as first, first.cursor() as cursor:
        first.autocommit = True
        cursor.execute("create database applications")
    own = replace(peer, database="applications")
    connection = psycopg2.connect(own.dsn)
    connection.autocommit = True

    def seen() -> Effects:
        with connection.cursor() as cursor:
            cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
            tables = [str(name) for (name,) in cursor.fetchall()]
            found: Effects = {}
            for table in tables:
                cursor.execute(f'select * from "{table}" order by 1')
                found[table] = [repr(row) for row in cursor.fetchall()]
            return found

    def reset() -> None:
        with connection.cursor() as cursor:
            cursor.execute("drop schema public cascade; create schema public")

    return Peer({"POSTGRES": own.dsn}, seen, reset)


@contextmanager
def redis(peer: RedisPeer) -> Iterator[Peer]:
    """The commands that the server ran, but for those with which a client introduces itself."""
    journal = _Journal()
    with socket.create_connection((peer.host, peer.port)) as connection:
        connection.sendall(b"MONITOR\r\n")
        listener = Thread(target=journal.listen, args=(connection,), daemon=True)
        listener.start()
        marks = iter(range(1_000_000))

        def command(*words: str) -> None:
            with socket.create_connection((peer.host, peer.port)) as other:
                other.sendall((" ".join(words) + "\r\n").encode())
                other.recv(1000)

        def seen() -> Effects:
            mark = f"mark-{next(marks)}"
            command("ECHO", mark)
            journal.wait_for(mark)
            return {"redis": list(journal.commands)}

        def reset() -> None:
            command("FLUSHALL")
            seen()
            journal.commands.clear()

        try:
            yield Peer({"REDIS": peer.url}, seen, reset)
        finally:
            connection.shutdown(socket.SHUT_RDWR)
            listener.join()


@dataclass(slots=True)
class _Journal:
    """What MONITOR says: `+1700000000.123456 [0 127.0.0.1:50000] "GET" "key"`."""

    commands: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    def listen(self, connection: socket.socket) -> None:
        for line in connection.makefile(encoding="utf-8", errors="replace"):
            words = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
            if words[:1] == ["ECHO"]:
                self.marks.add(words[1])
            elif words and words[0].upper() not in ("HELLO", "CLIENT", "SELECT", "FLUSHALL"):
                self.commands.append(" ".join(words))

    def wait_for(self, mark: str) -> None:
        deadline = time.monotonic() + 10
        while mark not in self.marks:
            if time.monotonic() > deadline:
                raise RuntimeError("the Redis server does not tell what it does")
            time.sleep(0.002)


def files(folder: Path) -> Effects:
    """The files below a folder with their lines, and its folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "backslashreplace").splitlines() if path.is_file() else []
        for path in sorted(folder.rglob("*"))
    }


def seen(peers: Sequence[Peer], folder: Path) -> Effects:
    """What was done to the peers and to the folder since the last reset."""
    found = files(folder)
    for peer in peers:
        found |= peer.seen()
    return found


def in_any_order(effects: Effects) -> Effects:
    """The same for requests that were served at once: nobody can say which was first."""
    return {name: sorted(lines) for name, lines in effects.items()}
