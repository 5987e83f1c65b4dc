"""A cheap question to the file system, in code on the event loop: FAL140 directly, FAL240 through helpers.

## What it finds
The catalogue's category `path`: calls that touch one directory entry: `exists`, `stat`, `mkdir`, `unlink`, `rename`, `getcwd` and the
like.

FAL140 marks such a call in an `async def` function or in other code that runs on the event loop. FAL240 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
Such calls take microseconds on a local disk and much more on a network share. The rule is off by default: select FAL140 and FAL240 where
file systems are slow.

## Example
    import os

    async def known(path: str):
        return os.path.exists(path)

## Instead
    import os
    from fastapi.concurrency import run_in_threadpool

    async def known(path: str):
        return await run_in_threadpool(os.path.exists, path)

## Example through a helper
    from pathlib import Path

    def folder_of(user: str) -> Path:
        folder = Path("data") / user
        folder.mkdir(exist_ok=True)
        return folder

    async def place(user: str):
        return str(folder_of(user))

## Instead through a helper
    from pathlib import Path
    from fastapi.concurrency import run_in_threadpool

    def folder_of(user: str) -> Path:
        folder = Path("data") / user
        folder.mkdir(exist_ok=True)
        return folder

    async def place(user: str):
        return str(await run_in_threadpool(folder_of, user))

## Fix safety
Safe: the query is handed to a worker thread, and so is a helper that was scanned clean. Unsafe where the file is looked at before the
await and changed behind it. What speaks against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- Findings are likely, never certain.
- A helper that asks and then reads or writes is FAL204 for the costlier call alone.
- `FAL` as a selector leaves the rule out; `FAL140`, `FAL1`, `blocking-path-query` and `ALL` select it.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "path", "40", "blocking-path-query", default=False)
