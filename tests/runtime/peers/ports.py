"""Ports of loopback, and waiting until a server of ours is ready."""

import socket
import subprocess
import time
from collections.abc import Callable


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Somebody accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], patience: float = 20.0) -> None:
    """Returns when it is ready. RuntimeError when the process ends before that, or takes too long."""
    deadline = time.monotonic() + patience
    while not ready():
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode} before it was ready: {server.args!r}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the server was not ready within {patience} s: {server.args!r}")
        time.sleep(0.01)
