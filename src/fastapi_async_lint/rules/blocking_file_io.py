"""Synchronous file access, in code on the event loop: FAL104 directly, FAL204 through helpers.

## What it finds
Calls of the catalogue's category "file" in `async def` functions and in other code that runs on the event loop. FAL104 marks
the call itself; FAL204 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
Files on a busy disk, a network share or a container's overlay take milliseconds to seconds, and large ones always do. One hop into a thread for a whole block costs less than an asynchronous file object for every line.

## Example
    async def read(path: str):
        with open(path) as file:
            return file.read()

## Instead
    from pathlib import Path
    from fastapi.concurrency import run_in_threadpool

    async def read(path: str):
        return await run_in_threadpool(Path(path).read_text)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "file", "04", "blocking-file-io")
