"""A cheap question to the file system, in code on the event loop: FAL140 directly, FAL240 through helpers.

## What it finds
Calls of the catalogue's category "path" in `async def` functions and in other code that runs on the event loop. FAL140 marks
the call itself; FAL240 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
`exists`, `stat`, `mkdir` and the like take microseconds on a local disk and much more on a network share. The rule is off by default: select FAL140 and FAL240 where file systems are slow.

## Example
    import os

    async def known(path: str):
        return os.path.exists(path)

## Instead
    import os
    from fastapi.concurrency import run_in_threadpool

    async def known(path: str):
        return await run_in_threadpool(os.path.exists, path)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "path", "40", "blocking-path-query", default=False)
