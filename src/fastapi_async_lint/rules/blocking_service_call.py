"""A synchronous call of a cloud, broker or service SDK, in code on the event loop: FAL108 directly, FAL208 through helpers.

## What it finds
The catalogue's category `service`: cloud SDKs, task queues, containers, browsers, SDKs of web services.

FAL108 marks such a call in an `async def` function or in other code that runs on the event loop. FAL208 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
These SDKs send HTTP requests, retry and wait, all in the calling thread.

## Example
    import boto3

    async def store(body: bytes):
        boto3.client("s3").put_object(Bucket="b", Key="k", Body=body)

## Instead
    import boto3
    from fastapi.concurrency import run_in_threadpool

    async def store(body: bytes):
        client = await run_in_threadpool(boto3.client, "s3")
        await run_in_threadpool(client.put_object, Bucket="b", Key="k", Body=body)

## Example through a helper
    from celery import Celery

    celery = Celery(broker="redis://")

    @celery.task
    def resize(image: int):
        return image

    def enqueue(image: int) -> None:
        resize.delay(image)

    async def upload(image: int):
        enqueue(image)

## Instead through a helper
    from celery import Celery
    from fastapi.concurrency import run_in_threadpool

    celery = Celery(broker="redis://")

    @celery.task
    def resize(image: int):
        return image

    def enqueue(image: int) -> None:
        resize.delay(image)

    async def upload(image: int):
        await run_in_threadpool(enqueue, image)

## Fix safety
Safe for clients that many threads may use at once (those of `botocore` and `boto3`), and for helpers that were scanned clean. Unsafe for
those of which that is not known, such as `stripe.Customer` or a `celery.Task`. What speaks against a safe fix, and when there is none:
docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- Making a client, and what is computed from a key at hand (`generate_presigned_url`), is silent.
- `task.delay()` is reported: it talks to the broker, and waits for it when the broker is away. The task's own body runs in another
  process and is not on the loop.
- Clients that generate their methods at run time are known by class: every public method of theirs that is not known to be harmless
  counts.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "service", "08", "blocking-service-call")
