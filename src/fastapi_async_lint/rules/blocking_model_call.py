"""A synchronous call of a language-model or embedding SDK, in code on the event loop: FAL109 directly, FAL209 through helpers.

## What it finds
Calls of the catalogue's category "model" in `async def` functions and in other code that runs on the event loop. FAL109 marks
the call itself; FAL209 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
Models answer in seconds to minutes. Nearly every such SDK has an asynchronous client with the same methods.

## Example
    import openai

    client = openai.OpenAI()

    async def answer(question: str):
        return client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])

## Instead
    import openai

    client = openai.AsyncOpenAI()

    async def answer(question: str):
        return await client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "model", "09", "blocking-model-call")
