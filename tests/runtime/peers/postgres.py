"""A private PostgreSQL cluster on loopback, made by Debian's `initdb` in a temporary folder and gone with it.

PostgreSQL refuses to run as root; then it runs as the user of Debian's package, or as `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tests.runtime.peers.ports import free_port, wait_until

MISSING = "PostgreSQL's server is not installed (apt-get install postgresql)"

QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "logging_collector": "off",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True, slots=True)
class PostgresPeer:
    """Where the server listens; it asks nobody for a password."""

    host: str
    port: int
    user: str = "tester"
    database: str = "postgres"

    @property
    def dsn(self) -> str:
        """`postgresql://tester@127.0.0.1:12345/postgres`; SQLAlchemy wants the driver's name in it, see `url`."""
        return self.url()

    def url(self, driver: str = "") -> str:
        """The same for SQLAlchemy: `postgresql+psycopg2://...`."""
        return f"postgresql{'+' if driver else ''}{driver}://{self.user}@{self.host}:{self.port}/{self.database}"


def binaries() -> Path | None:
    """The folder of the newest `postgres` and `initdb`; None if they are not installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres") if (path.parent / "initdb").exists()]
    if not found and (on_path := shutil.which("postgres")) and shutil.which("initdb"):
        found = [Path(on_path).parent]
    return max(found, key=lambda folder: folder.parts, default=None)


class _AsUser(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@contextmanager
def private_postgres() -> Iterator[PostgresPeer]:
    """The server while the block runs, on a free port, with an empty database. RuntimeError when it is not installed."""
    where = binaries()
    if where is None:
        raise RuntimeError(MISSING)
    account = _account()
    identity = _AsUser(user=account.pw_uid, group=account.pw_gid, extra_groups=[]) if account else _AsUser()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = folder / "data"
        initialise = [str(where / "initdb"), "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(initialise, check=True, capture_output=True, cwd=folder, **identity)
        port = free_port()
        settings = [word for name, value in QUICK.items() for word in ("-c", f"{name}={value}")]
        command = [str(where / "postgres"), "-D", str(data), "-p", str(port), *settings]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=folder, **identity)
        try:
            wait_until(lambda: _ready(data), server)
            yield PostgresPeer("127.0.0.1", port)
        finally:
            server.send_signal(signal.SIGQUIT)  # the postmaster's word for: end at once; nothing of this is needed again
            server.wait(20)
    finally:
        shutil.rmtree(folder)


def _ready(data: Path) -> bool:
    """The postmaster takes connections: it says so in the last line of its lock file."""
    lock = data / "postmaster.pid"
    return lock.exists() and lock.read_text().split()[-1:] == ["ready"]


def _account() -> pwd.struct_passwd | None:
    """Whom to run as; None for ourselves."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]
