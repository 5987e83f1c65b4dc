"""Sockets, name resolution, and protocols above them."""

import asyncio
import email.message
import smtplib
import socket
from functools import partial
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on, while_waiting
from tests.runtime.claims.world import World
from tests.runtime.peers.tcp import TcpPeer
from tools.installed import module


def _socket(w: World) -> socket.socket:
    return w.enter(socket.socket())


def _connected(w: World, peer: TcpPeer) -> socket.socket:
    """A socket that has something to wait for: the greeting that never comes, or the answer to a line."""
    connected = w.enter(socket.create_connection((peer.host, peer.port)))
    if peer is not w.silent:
        connected.sendall(b"line\n")
    return connected


def _lines(w: World) -> Any:
    return w.enter(_connected(w, w.echo).makefile("r"))


def _accept(w: World) -> Call:
    listening = w.enter(socket.create_server(("127.0.0.1", 0)))
    client = _socket(w)
    return while_waiting(partial(client.connect, listening.getsockname()), on(listening))


def _smtp(w: World) -> smtplib.SMTP:
    return w.enter(smtplib.SMTP(w.smtp.host, w.smtp.port))


def _mail() -> email.message.EmailMessage:
    mail = email.message.EmailMessage()
    mail["From"] = mail["To"] = "somebody@example.com"
    mail.set_content("text")
    return mail


def _ssh(w: World) -> Call:
    paramiko = module("paramiko")
    client = w.keep(paramiko.SSHClient())
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    return on(client, w.silent.host, w.silent.port, "user", "password", look_for_keys=False, allow_agent=False)


def _ldap(w: World) -> Call:
    ldap3 = module("ldap3")
    server = ldap3.Server(w.silent.host, w.silent.port, get_info=ldap3.NONE)
    return on(ldap3.Connection(server, receive_timeout=1))


NETWORK = [
    Claim("socket.create_connection", lambda w: args((w.echo.host, w.echo.port)), heard="socket.socket.connect"),
    Claim("socket.getaddrinfo", lambda _: args("localhost", 80), heard="socket.getaddrinfo"),
    Claim("socket.gethostbyname", lambda _: args("localhost"), heard="socket.gethostbyname"),
    Claim("socket.gethostbyaddr", lambda _: args("127.0.0.1"), heard="socket.gethostbyaddr"),
    Claim("socket.getnameinfo", lambda _: args(("127.0.0.1", 80), 0), heard="socket.getnameinfo"),
    Claim("socket.socket.connect", lambda w: on(_socket(w), (w.echo.host, w.echo.port)), heard="socket.socket.connect"),
    Claim("socket.socket.connect_ex", lambda w: on(_socket(w), (w.echo.host, w.echo.port)), heard="socket.connect"),
    Claim("socket.socket.accept", _accept),
    Claim("socket.socket.recv", lambda w: on(_connected(w, w.silent), 1)),
    Claim("socket.socket.recv_into", lambda w: on(_connected(w, w.echo), bytearray(1))),
    Claim("socket.socket.recvfrom", lambda w: on(_connected(w, w.echo), 1)),
    Claim("socket.socket.sendall", lambda w: on(_connected(w, w.echo), b"x"), heard="socket.socket.sendall"),
    Claim("socket.socket.send", lambda w: on(_connected(w, w.echo), b"x"), heard="socket.socket.send"),
    Claim("ssl.get_server_certificate", lambda w: args((w.silent.host, w.silent.port)), fails=OSError),
    Claim("smtplib.SMTP", lambda w: args(w.smtp.host, w.smtp.port), how="construct"),
    Claim("smtplib.SMTP.ehlo", lambda w: on(_smtp(w))),
    Claim("smtplib.SMTP.noop", lambda w: on(_smtp(w))),
    Claim("smtplib.SMTP.sendmail", lambda w: on(_smtp(w), "a@example.com", ["b@example.com"], "text")),
    Claim("smtplib.SMTP.send_message", lambda w: on(_smtp(w), _mail())),
    Claim("smtplib.SMTP", lambda w: on(smtplib.SMTP(w.smtp.host, w.smtp.port)), how="exit"),
    Claim("ftplib.FTP.connect", lambda w: on(module("ftplib").FTP(), w.silent.host, w.silent.port), fails=EOFError),
    Claim("poplib.POP3", lambda w: args(w.silent.host, w.silent.port), how="construct", fails=lambda: module("poplib").error_proto),
    Claim("imaplib.IMAP4", lambda w: args(w.silent.host, w.silent.port), how="construct", fails=lambda: module("imaplib").IMAP4.abort),
    Claim("paramiko.SSHClient.connect", _ssh, fails=lambda: module("paramiko").SSHException),
    Claim("ldap3.Connection.bind", _ldap, fails=lambda: module("ldap3.core.exceptions").LDAPExceptionError),
    Claim(
        "websocket.create_connection",
        lambda w: args(f"ws://{w.silent.host}:{w.silent.port}"),
        fails=lambda: module("websocket").WebSocketException,
    ),
]


async def _stream(w: World) -> Call:
    reader, writer = await asyncio.open_connection(w.echo.host, w.echo.port)
    w.keep(writer)
    writer.write(b"line\n")
    return on(reader)


async def _loop_socket(w: World, *arguments: Any) -> Call:
    waiting = _connected(w, w.silent)
    waiting.setblocking(False)
    return on(asyncio.get_running_loop(), waiting, *arguments)


async def _stream_writer(w: World) -> Call:
    _, writer = await asyncio.open_connection(w.echo.host, w.echo.port)
    return on(w.keep(writer), b"line\n")


FREE = [
    Claim("asyncio.open_connection", lambda w: args(w.echo.host, w.echo.port)),
    Claim("asyncio.StreamReader.readline", _stream),
    Claim("asyncio.StreamWriter.write", _stream_writer),
    Claim("asyncio.AbstractEventLoop.sock_recv", lambda w: _loop_socket(w, 1)),
    Claim("asyncio.AbstractEventLoop.getaddrinfo", lambda _: on(asyncio.get_running_loop(), "localhost", 80)),
    Claim("socket.socket", how="construct"),
    Claim("socket.socket.setsockopt", lambda w: on(_socket(w), socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)),
    Claim("socket.socket.setblocking", lambda w: on(_socket(w), False)),
    Claim("socket.socket.getpeername", lambda w: on(_connected(w, w.echo))),
    Claim("socket.inet_aton", lambda _: args("127.0.0.1")),
    Claim("paramiko.SSHClient", how="construct"),
    Claim("ftplib.FTP", how="construct", unless="host", note="without a host"),
]
