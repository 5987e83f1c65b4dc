"""A subprocess that is waited for, in code on the event loop: FAL105 directly, FAL205 through helpers.

## What it finds
The catalogue's category `subprocess`: running a program and waiting for it, and starting one.

FAL105 marks such a call in an `async def` function or in other code that runs on the event loop. FAL205 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

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

## Example through a helper
    import subprocess

    def revision() -> str:
        return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True)

    async def version():
        return {"revision": revision()}

## Instead through a helper
    import subprocess
    from fastapi.concurrency import run_in_threadpool

    def revision() -> str:
        return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True)

    async def version():
        return {"revision": await run_in_threadpool(revision)}

## Fix safety
Safe: `subprocess.run` and the like, and clean helpers are handed to a worker thread. Unsafe: methods of a `Popen` that has been started
already, and what stands between asking whether a process or a port is there and starting a process because of the answer. What speaks
against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- `subprocess.Popen(...)` is reported though it does not wait for the program's end: it forks, and waits until the new program is in
  place. `poll()` and `wait(timeout=0)` are silent.
- What the other program does is unknown: whether it ends at once is for you to judge.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "subprocess", "05", "blocking-subprocess")
