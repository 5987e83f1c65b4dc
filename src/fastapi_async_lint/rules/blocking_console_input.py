"""Waiting for somebody at the console, in code on the event loop: FAL110 directly, FAL210 through helpers.

## What it finds
Calls of the catalogue's category "console" in `async def` functions and in other code that runs on the event loop. FAL110 marks
the call itself; FAL210 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
The loop waits for a person; in a server without a terminal it fails or hangs.

## Example
    async def confirm():
        return input("Go on? ")

## Instead
    from fastapi.concurrency import run_in_threadpool

    async def confirm():
        return await run_in_threadpool(input, "Go on? ")

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "console", "10", "blocking-console-input")
