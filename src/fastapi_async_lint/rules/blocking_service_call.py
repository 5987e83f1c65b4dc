"""A synchronous call of a cloud, broker or service SDK, in code on the event loop: FAL108 directly, FAL208 through helpers.

## What it finds
Calls of the catalogue's category "service" in `async def` functions and in other code that runs on the event loop. FAL108 marks
the call itself; FAL208 marks the call of a synchronous function that gets there, and shows the chain.

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

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "service", "08", "blocking-service-call")
