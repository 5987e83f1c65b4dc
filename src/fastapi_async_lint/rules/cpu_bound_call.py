"""A long computation on the event loop, in code on the event loop: FAL120 directly, FAL220 through helpers.

## What it finds
Calls of the catalogue's category "cpu" in `async def` functions and in other code that runs on the event loop. FAL120 marks
the call itself; FAL220 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
Hashing a password takes a quarter of a second on purpose; images, data frames and models take as long as their input is large. A thread helps where the library releases the interpreter's lock (hashing, images, data frames do), a process pool where it does not.

## Example
    import bcrypt

    async def verify(password: bytes, hashed: bytes):
        return bcrypt.checkpw(password, hashed)

## Instead
    import bcrypt
    from fastapi.concurrency import run_in_threadpool

    async def verify(password: bytes, hashed: bytes):
        return await run_in_threadpool(bcrypt.checkpw, password, hashed)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import Wording, blocking_rule

RULE = blocking_rule(
    __doc__,
    "cpu",
    "20",
    "cpu-bound-call",
    Wording(
        "keeps the event loop busy",
        "may keep the event loop busy",
        "use a process pool where the library holds the interpreter's lock",
    ),
)
