"""A synchronous call of a language-model or embedding SDK, in code on the event loop: FAL109 directly, FAL209 through helpers.

## What it finds
The catalogue's category `model`: chat, completion and embedding calls of the SDKs of model providers and of frameworks around them, and
iterating over their streams.

FAL109 marks such a call in an `async def` function or in other code that runs on the event loop. FAL209 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

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

## Example through a helper
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI()

    def summarise(text: str):
        return model.invoke(f"Summarise: {text}")

    async def summary(text: str):
        return summarise(text)

## Instead through a helper
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI()

    async def summarise(text: str):
        return await model.ainvoke(f"Summarise: {text}")

    async def summary(text: str):
        return await summarise(text)

## Fix safety
Unsafe: clients of models are not known to be safe for several threads at once. A call is handed to a worker thread; what streams its
answer is moved together with what reads it, in a `with` block, or with the whole function declared `def`. An asynchronous client is for
you to choose. What speaks against a safe fix, and when there is none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- `invoke`, `create` and the like are nothing by name: what they are called on must be known to be such a client, chain or model.
- A model that runs in this process is FAL120.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "model", "09", "blocking-model-call")
