"""A synchronous HTTP request, in code on the event loop: FAL102 directly, FAL202 through helpers.

## What it finds
Calls of the catalogue's category "http" in `async def` functions and in other code that runs on the event loop. FAL102 marks
the call itself; FAL202 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
The loop waits for the peer's answer: a slow peer stops every other request of the worker, and one without a timeout stops it for good.

## Example
    import requests

    async def load(url: str):
        return requests.get(url)

## Instead
    import requests
    from fastapi.concurrency import run_in_threadpool

    async def load(url: str):
        return await run_in_threadpool(requests.get, url)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "http", "02", "blocking-http-call")
