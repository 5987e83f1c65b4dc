"""Synchronous file access, in code on the event loop: FAL104 directly, FAL204 through helpers.

## What it finds
The catalogue's category `file`: opening, reading and writing files, listing and copying folders, archives, temporary files.

FAL104 marks such a call in an `async def` function or in other code that runs on the event loop. FAL204 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
Files on a busy disk, a network share or a container's overlay take milliseconds to seconds, and large ones always do. One hop into a
thread for a whole block costs less than an asynchronous file object for every line.

## Example
    async def read(path: str):
        with open(path) as file:
            return file.read()

## Instead
    from pathlib import Path
    from fastapi.concurrency import run_in_threadpool

    async def read(path: str):
        return await run_in_threadpool(Path(path).read_text)

## Example through a helper
    import json

    def settings(path: str) -> dict:
        with open(path) as file:
            return json.load(file)

    async def title(path: str):
        return settings(path)["title"]

## Instead through a helper
    import json
    from fastapi.concurrency import run_in_threadpool

    def settings(path: str) -> dict:
        with open(path) as file:
            return json.load(file)

    async def title(path: str):
        return (await run_in_threadpool(settings, path))["title"]

## Fix safety
Safe: calls that open, read or write and close in one go (`Path.read_text`, `os.listdir`) and clean helpers are handed to a worker thread,
lazy iterators (`Path.glob`) are made lists there, and the methods of an `UploadFile` are awaited. What was opened keeps state between
calls: it is moved together with all that uses it, in its `with` block or with the whole function, which is unsafe. Unsafe as well where a
file is looked at before and changed behind the await, and where a loop's body may change what is still to come. What speaks against a
safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- Questions about one directory entry (`exists`, `stat`, `mkdir`, `unlink`) are FAL140 and FAL240, which are off by default.
- Files in memory (`io.BytesIO`, `io.StringIO`), `print`, and calls of loggers are silent, whatever a logger's handlers write to.
- Closing a file is silent, though it may write what is left in a buffer; each read and write of it is told.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "file", "04", "blocking-file-io")
