"""A synchronous socket, DNS or mail call, in code on the event loop: FAL106 directly, FAL206 through helpers.

## What it finds
The catalogue's category `network`: sockets, name look-ups, mail, FTP, SSH, Telnet, synchronous websockets.

FAL106 marks such a call in an `async def` function or in other code that runs on the event loop. FAL206 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
Connecting, resolving a name or talking SMTP waits for another machine; a name server that does not answer holds the loop for half a
minute.

## Example
    import socket

    async def address(host: str):
        return socket.gethostbyname(host)

## Instead
    import asyncio

    async def address(host: str):
        return await asyncio.get_running_loop().getaddrinfo(host, None)

## Example through a helper
    import smtplib
    from email.message import EmailMessage

    def send(message: EmailMessage) -> None:
        with smtplib.SMTP("mail.example") as server:
            server.send_message(message)

    async def welcome(message: EmailMessage):
        send(message)

## Instead through a helper
    import smtplib
    from email.message import EmailMessage
    from fastapi.concurrency import run_in_threadpool

    def send(message: EmailMessage) -> None:
        with smtplib.SMTP("mail.example") as server:
            server.send_message(message)

    async def welcome(message: EmailMessage):
        await run_in_threadpool(send, message)

## Fix safety
Safe: functions such as `socket.getaddrinfo`, and clean helpers are handed to a worker thread. Connections (`socket.socket`,
`smtplib.SMTP`) keep state between calls: their calls are moved together, with a `with` block, a run of calls or the whole function, which
is unsafe. What speaks against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- `setblocking(False)` and `settimeout(0)` are not followed: calls on such a socket are reported. On an event loop the loop's own methods
  (`loop.sock_recv`) do that work.
- What looks names up inside a library, without a call that the catalogue knows, is silent.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "network", "06", "blocking-network-call")
