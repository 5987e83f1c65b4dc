"""A slow HTTP server on loopback, run by a thread. What the request asks for in its query is what it gets.

    /anything?delay=0.12            waits, then answers with JSON: method, path, query, headers and body of the request
    /anything?status=503            answers with that status
    /anything?to=/other             redirects there, with 302 or the status that is given
    /anything?chunks=4&delay=0.05   sends that many lines, and waits before each
    /anything?text=hello            answers with this text

Connections are kept alive. What was asked stands in `HttpPeer.requests`.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class HttpPeer:
    """Where the server listens, and what it was asked so far."""

    host: str
    port: int
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and target of each request, in order of arrival."""

    @property
    def base(self) -> str:
        """`http://127.0.0.1:12345`."""
        return f"http://{self.host}:{self.port}"

    def url(self, path: str = "/", **query: object) -> str:
        """The URL of a path with these words in its query."""
        return f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    peer: HttpPeer
    default_delay: float

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def answer(self) -> None:
        """One request: read it whole, wait, reply as its query says."""
        self.server.peer.requests.append((self.command, self.path))
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        delay = float(query.get("delay", self.server.default_delay))
        if "chunks" in query:
            self._stream(int(query["chunks"]), delay)
            return
        time.sleep(delay)
        headers = {"location": query["to"]} if "to" in query else {}
        status = int(query.get("status", 302 if headers else 200))
        if "text" in query:
            self._reply(status, "text/plain", query["text"].encode(), headers)
            return
        echo = {
            "method": self.command,
            "path": parts.path,
            "query": query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(errors="replace"),
        }
        self._reply(status, "application/json", json.dumps(echo).encode(), headers)

    def _reply(self, status: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": content_type, "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self, chunks: int, delay: float) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number in range(chunks):
            time.sleep(delay)
            line = f"line {number}\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self.wfile.write(b"0\r\n\r\n")

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing is logged."""


for _method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)


@contextmanager
def slow_http(delay: float = 0.0) -> Iterator[HttpPeer]:
    """The server while the block runs. `delay` is for requests that name none."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.peer = HttpPeer("127.0.0.1", server.server_address[1])
    server.default_delay = delay
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
