"""A long computation, in code on the event loop: FAL120 directly, FAL220 through helpers.

## What it finds
The catalogue's category `cpu`: password hashing, images, data frames, inference, PDFs and office documents, compression.

FAL120 marks such a call in an `async def` function or in other code that runs on the event loop. FAL220 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
Hashing a password takes a quarter of a second on purpose; images, data frames and models take as long as their input is large. A thread
helps where the library releases the interpreter's lock (hashing, images, data frames do), a process pool where it does not.

## Example
    import bcrypt

    async def verify(password: bytes, hashed: bytes):
        return bcrypt.checkpw(password, hashed)

## Instead
    import bcrypt
    from fastapi.concurrency import run_in_threadpool

    async def verify(password: bytes, hashed: bytes):
        return await run_in_threadpool(bcrypt.checkpw, password, hashed)

## Example through a helper
    from PIL import Image

    def thumbnail(image: Image.Image) -> Image.Image:
        return image.resize((64, 64))

    async def preview(image: Image.Image):
        return thumbnail(image)

## Instead through a helper
    from fastapi.concurrency import run_in_threadpool
    from PIL import Image

    def thumbnail(image: Image.Image) -> Image.Image:
        return image.resize((64, 64))

    async def preview(image: Image.Image):
        return await run_in_threadpool(thumbnail, image)

## Fix safety
Safe: functions (`bcrypt.hashpw`, `hashlib.pbkdf2_hmac`) and clean helpers are handed to a worker thread, where they compute beside the
loop as far as they release the interpreter's lock. Unsafe: methods of objects that are not known to be safe for several threads, such as
images and data frames. What speaks against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- Only calls that the catalogue knows are reported. A loop of your own over a million items is silent, however long it takes.
- How much there is to do is not known: where it depends on the input the finding is likely. Plain hashes (`hashlib.sha256`),
  `json.loads`, regular expressions and sorting are silent.
- Limits that all rules share: docs/limits.md.
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
