"""Waiting for a lock, an event, a queue or another thread, in code on the event loop: FAL107 directly, FAL207 through helpers.

## What it finds
Calls of the catalogue's category "wait" in `async def` functions and in other code that runs on the event loop. FAL107 marks
the call itself; FAL207 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
The loop waits for another thread. If that thread needs the loop to go on, the worker hangs for good.

## Example
    import threading

    ready = threading.Event()

    async def wait():
        ready.wait()

## Instead
    import asyncio

    ready = asyncio.Event()

    async def wait():
        await ready.wait()

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "wait", "07", "blocking-wait")
