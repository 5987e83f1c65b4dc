"""A sleep that stops the event loop, in code on the event loop: FAL101 directly, FAL201 through helpers.

## What it finds
The catalogue's category `sleep`: `time.sleep` and its kin.

FAL101 marks such a call in an `async def` function or in other code that runs on the event loop. FAL201 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
`time.sleep` stops the thread that it is called in. On the event loop that thread serves every request of the worker: they all sleep.

## Example
    import time

    async def poll():
        time.sleep(1)

## Instead
    import asyncio

    async def poll():
        await asyncio.sleep(1)

## Example through a helper
    import time

    def settle():
        time.sleep(1)

    async def pay():
        settle()

## Instead through a helper
    import asyncio

    async def settle():
        await asyncio.sleep(1)

    async def pay():
        await settle()

## Fix safety
Safe: `time.sleep` becomes `await asyncio.sleep`; a helper that was scanned clean, with all that it runs, is handed to a worker thread.
Unsafe where an await would let other tasks change what is read before and written behind it, for helpers that are not clean, and where
the function is declared `def`. What speaks against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- `time.sleep(0)` is silent: it gives up the processor, but waits for nothing.
- Sleeps inside libraries are not seen. A retry decorator that sleeps between attempts is silent; what it retries is not.
- Waiting for something else than time has rules of its own: FAL107 for locks and queues, FAL105 for processes.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "sleep", "01", "blocking-sleep")
