"""A subprocess that is waited for, in code on the event loop: FAL105 directly, FAL205 through helpers.

## What it finds
Calls of the catalogue's category "subprocess" in `async def` functions and in other code that runs on the event loop. FAL105 marks
the call itself; FAL205 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
The loop stands still until the other program ends.

## Example
    import subprocess

    async def convert(path: str):
        subprocess.run(["convert", path], check=True)

## Instead
    import asyncio

    async def convert(path: str):
        process = await asyncio.create_subprocess_exec("convert", path)
        await process.wait()

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "subprocess", "05", "blocking-subprocess")
