"""A sleep that stops the event loop, in code on the event loop: FAL101 directly, FAL201 through helpers.

## What it finds
Calls of the catalogue's category "sleep" in `async def` functions and in other code that runs on the event loop. FAL101 marks
the call itself; FAL201 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
`time.sleep` and its kin stop the thread that they are called in. On the event loop that thread serves every request of the worker.

## Example
    import time

    async def poll():
        time.sleep(1)

## Instead
    import asyncio

    async def poll():
        await asyncio.sleep(1)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "sleep", "01", "blocking-sleep")
