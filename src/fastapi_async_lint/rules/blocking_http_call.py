"""A synchronous HTTP request, in code on the event loop: FAL102 directly, FAL202 through helpers.

## What it finds
The catalogue's category `http`: requests sent by a synchronous client, and reading a response that is still on its way.

FAL102 marks such a call in an `async def` function or in other code that runs on the event loop. FAL202 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

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

## Example through a helper
    import httpx

    class Rates:
        def __init__(self):
            self.client = httpx.Client()

        def of(self, currency: str) -> float:
            return self.client.get(f"https://rates.example/{currency}").json()["rate"]

    async def convert(cents: int, rates: Rates):
        return cents * rates.of("EUR")

## Instead through a helper
    import httpx

    class Rates:
        def __init__(self):
            self.client = httpx.AsyncClient()

        async def of(self, currency: str) -> float:
            return (await self.client.get(f"https://rates.example/{currency}")).json()["rate"]

    async def convert(cents: int, rates: Rates):
        return cents * await rates.of("EUR")

## Fix safety
Safe: calls of functions (`requests.get`), methods of clients that many threads may use at once (`httpx.Client`), and clean helpers are
handed to a worker thread. Unsafe: methods of a `requests.Session`, and of what is not known to be safe for several threads. Responses
that are read in pieces (`stream=True`) are only moved with all that reads them: in a `with` block, or with the whole function declared
`def`. What speaks against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- Making a client or a session, preparing a request, and reading what has arrived (`response.json()`) are silent: they wait for nobody.
- A timeout changes nothing: the loop stands still until it strikes.
- Iterating over a response of requests is likely, not certain: only with `stream=True` is the body still on its way.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "http", "02", "blocking-http-call")
