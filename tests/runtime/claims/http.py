"""HTTP clients against a slow server."""

import http.client
import urllib.request
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on
from tests.runtime.claims.world import World
from tests.runtime.fixtures import DELAY
from tools.installed import module


def _session(w: World) -> Any:
    return w.enter(module("requests").Session())


def _streamed(w: World) -> Any:
    """A response of requests whose body comes slowly, and in parts."""
    return _session(w).get(w.http.url(chunks=2, delay=DELAY), stream=True)


def _prepared(w: World) -> Any:
    return module("requests").Request("GET", w.slow).prepare()


def _client(w: World, name: str = "httpx") -> Any:
    return w.enter(module(name).Client(base_url=w.http.base))


def _httpx_stream(w: World, name: str = "httpx") -> Any:
    return w.enter(_client(w, name).stream("GET", w.http.url(chunks=2, delay=DELAY)))


def _urllib3(w: World) -> Any:
    return w.keep(module("urllib3").PoolManager(), "clear")


def _connection(w: World) -> http.client.HTTPConnection:
    return w.keep(http.client.HTTPConnection(w.http.host, w.http.port))


def _asked(w: World, **query: object) -> http.client.HTTPConnection:
    """A connection whose request is on its way."""
    connection = _connection(w)
    connection.request("GET", w.http.url("/", **query)[len(w.http.base) :])
    return connection


def _proxy(w: World) -> Call:
    proxy = w.enter(module("xmlrpc.client").ServerProxy(w.http.url(delay=DELAY, status=503)))
    return on(proxy)


HTTP = [
    Claim("requests.get", lambda w: args(w.slow)),
    Claim("requests.post", lambda w: args(w.slow, json={"a": 1})),
    Claim("requests.request", lambda w: args("PUT", w.slow)),
    Claim("requests.head", lambda w: args(w.slow)),
    Claim("requests.get", lambda w: args(w.http.url(to="/slow?delay=0.12"), timeout=5), note="behind a redirect"),
    Claim("requests.Session.get", lambda w: on(_session(w), w.slow)),
    Claim("requests.Session.post", lambda w: on(_session(w), w.slow, data="x")),
    Claim("requests.Session.request", lambda w: on(_session(w), "DELETE", w.slow)),
    Claim("requests.Session.send", lambda w: on(_session(w), _prepared(w))),
    Claim("requests.Response", lambda w: on(_streamed(w)), how="iterate"),
    Claim("requests.LazyLines", lambda w: on(_streamed(w).iter_lines()), how="iterate"),
    Claim("requests.LazyChunks", lambda w: on(_streamed(w).iter_content()), how="iterate"),
    Claim("httpx.get", lambda w: args(w.slow)),
    Claim("httpx.post", lambda w: args(w.slow)),
    Claim("httpx.Client.get", lambda w: on(_client(w), w.slow)),
    Claim("httpx.Client.request", lambda w: on(_client(w), "PATCH", w.slow)),
    Claim("httpx.Client.send", lambda w: on((c := _client(w)), c.build_request("GET", w.slow))),
    Claim("httpx.LazyStream", lambda w: on(_client(w).stream("GET", w.slow)), how="enter"),
    Claim("httpx.LazyBytes", lambda w: on(_httpx_stream(w).iter_bytes()), how="iterate"),
    Claim("httpx.LazyText", lambda w: on(_httpx_stream(w).iter_lines()), how="iterate"),
    Claim("httpx2.get", lambda w: args(w.slow)),
    Claim("httpx2.Client.post", lambda w: on(_client(w, "httpx2"), w.slow)),
    Claim("httpx2.LazyText", lambda w: on(_httpx_stream(w, "httpx2").iter_lines()), how="iterate"),
    Claim("urllib.request.urlopen", lambda w: args(w.slow)),
    Claim("urllib.request.OpenerDirector.open", lambda w: on(urllib.request.build_opener(), w.slow)),
    Claim("urllib.request.urlretrieve", lambda w: args(w.slow, w.folder / "got")),
    Claim("urllib3.request", lambda w: args("GET", w.slow)),
    Claim("urllib3.PoolManager.request", lambda w: on(_urllib3(w), "GET", w.slow)),
    Claim("http.client.HTTPConnection.connect", lambda w: on(_connection(w)), heard="socket.socket.connect"),
    Claim("http.client.HTTPConnection.getresponse", lambda w: on(_asked(w, delay=DELAY))),
    Claim("http.client.HTTPResponse.read", lambda w: on(w.keep(_asked(w, chunks=1, delay=DELAY).getresponse()))),
    Claim("xmlrpc.client.ServerProxy.ping", _proxy, fails=lambda: module("xmlrpc.client").ProtocolError),
]


async def _async_client(w: World, name: str = "httpx") -> Any:
    return await w.enter_async(module(name).AsyncClient())


async def _get(w: World, name: str) -> Call:
    return on(await _async_client(w, name), w.slow)


async def _build(w: World) -> Call:
    return on(await _async_client(w), "GET", w.slow)


async def _aread(w: World) -> Call:
    client = await _async_client(w)
    return on(await w.enter_async(client.stream("GET", w.http.url(chunks=2, delay=DELAY))))


async def _aiohttp_text(w: World) -> Call:
    session = await w.enter_async(module("aiohttp").ClientSession())
    return on(await w.enter_async(session.get(w.http.url(chunks=1, delay=DELAY))))


async def _aiohttp_get(w: World) -> Call:
    return on(await w.enter_async(module("aiohttp").ClientSession()), w.slow)


FREE = [
    Claim("httpx.AsyncClient.get", lambda w: _get(w, "httpx")),
    Claim("httpx.AsyncClient.post", lambda w: _get(w, "httpx")),
    Claim("httpx.AsyncClient.build_request", _build),
    Claim("httpx.Response.aread", _aread),
    Claim("httpx2.AsyncClient.get", lambda w: _get(w, "httpx2")),
    Claim("aiohttp.ClientSession.get", _aiohttp_get),
    Claim("aiohttp.ClientResponse.text", _aiohttp_text),
    Claim("requests.Session", how="construct"),
    Claim("requests.Request", lambda _: args("GET", "http://127.0.0.1/"), how="construct"),
    Claim("requests.Response.json", lambda w: on(module("requests").get(w.quick))),
    Claim("requests.Response.raise_for_status", lambda w: on(module("requests").get(w.quick))),
    Claim("httpx.Response.json", lambda w: on(module("httpx").get(w.quick))),
    Claim("httpx.Client.build_request", lambda w: on(_client(w), "GET", w.slow)),
    Claim("urllib.request.Request", lambda w: args(w.slow), how="construct"),
    Claim("urllib.parse.urlsplit", lambda w: args(w.slow)),
    Claim("http.client.HTTPConnection", lambda w: args(w.http.host, w.http.port), how="construct"),
]
