"""Waiting for somebody at the console, in code on the event loop: FAL110 directly, FAL210 through helpers.

## What it finds
The catalogue's category `console`: `input`, `getpass`, debuggers, and the prompts of command line libraries.

FAL110 marks such a call in an `async def` function or in other code that runs on the event loop. FAL210 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
Nobody sits at the console of a server: the worker hangs.

## Example
    async def confirm():
        return input("Go on? ")

## Instead
    from fastapi.concurrency import run_in_threadpool

    async def confirm():
        return await run_in_threadpool(input, "Go on? ")

## Example through a helper
    import pdb

    def inspect(order: object) -> None:
        if order is None:
            pdb.set_trace()

    async def read(order: object):
        inspect(order)

## Instead through a helper
    import logging

    def inspect(order: object) -> None:
        if order is None:
            logging.warning("no order")

    async def read(order: object):
        inspect(order)

## Fix safety
Unsafe: in a worker thread `input()` waits without blocking the loop, but an interrupt from the keyboard no longer ends it. What speaks
against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- `print` is silent: it waits only where nobody reads the other end of a full pipe.
- Reading from `sys.stdin` is silent.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "console", "10", "blocking-console-input")
