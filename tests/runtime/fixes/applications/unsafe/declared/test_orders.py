import asyncio

from main import Order, opened, put


def test_put():
    async def checked():
        return await put(Order(name="x"))

    assert asyncio.run(checked()).count == 2


async def helper():
    assert (await opened(word="w")).startswith("wh")


def test_opened():
    asyncio.run(helper())
