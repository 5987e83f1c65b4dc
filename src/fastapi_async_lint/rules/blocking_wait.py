"""Waiting for a lock, an event, a queue or another thread, in code on the event loop: FAL107 directly, FAL207 through helpers.

## What it finds
The catalogue's category `wait`: locks, conditions, events and queues of `threading`, `queue` and `multiprocessing`, `Thread.join`,
`concurrent.futures.Future.result`, leaving `with ThreadPoolExecutor()`.

FAL107 marks such a call in an `async def` function or in other code that runs on the event loop. FAL207 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
The loop waits for another thread. If that thread needs the loop to go on, the worker hangs for good.

## Example
    import threading

    ready = threading.Event()

    async def wait():
        ready.wait()

## Instead
    import asyncio

    ready = asyncio.Event()

    async def wait():
        await ready.wait()

## Example through a helper
    import queue

    class Inbox:
        def __init__(self):
            self.jobs = queue.Queue()

        def next(self):
            return self.jobs.get()

    inbox = Inbox()

    async def take():
        return inbox.next()

## Instead through a helper
    import asyncio

    class Inbox:
        def __init__(self):
            self.jobs = asyncio.Queue()

        async def next(self):
            return await self.jobs.get()

    inbox = Inbox()

    async def take():
        return await inbox.next()

## Fix safety
Safe for what any thread may wait for: `threading.Event.wait`, `concurrent.futures.wait`. `result()` of a future is awaited by
`asyncio.wrap_future`, which is unsafe, because it differs when somebody cancels. A thread's lock must be released by the thread that took
it: a function that waits for one is declared `def`, the block of a file lock is lifted as a whole, both of which are unsafe; elsewhere
there is no fix. What speaks against a safe fix: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- `with lock:` on a lock of `threading` or `multiprocessing` is reported where it stands in code on the loop, as likely; through helpers
  it is silent: as a rule the lock is free, and every cache takes one. `lock.acquire()` is reported either way.
- Forms that do not wait are silent where it is written down: `acquire(blocking=False)`, `get(block=False)`, `wait(timeout=0)`. With a
  value that is only known at run time the finding is likely.
- `put` is silent, also on a queue with a `maxsize`, which may be full.
- `asyncio.Task.result()` does not wait. What a thread does that holds the lock is not looked at.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "wait", "07", "blocking-wait")
