"""A synchronous socket, DNS or mail call, in code on the event loop: FAL106 directly, FAL206 through helpers.

## What it finds
Calls of the catalogue's category "network" in `async def` functions and in other code that runs on the event loop. FAL106 marks
the call itself; FAL206 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
Connecting, resolving a name or talking SMTP waits for another machine; a name server that does not answer holds the loop for half a minute.

## Example
    import socket

    async def address(host: str):
        return socket.gethostbyname(host)

## Instead
    import asyncio

    async def address(host: str):
        return await asyncio.get_running_loop().getaddrinfo(host, None)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "network", "06", "blocking-network-call")
