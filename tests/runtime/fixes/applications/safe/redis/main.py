"""One client of a Redis server for the whole application."""

import os

from fastapi import Depends, FastAPI
from redis import Redis, exceptions

app = FastAPI()
cache = Redis.from_url(os.environ["REDIS"], decode_responses=True)


class Store:
    def __init__(self, client: Redis) -> None:
        self.client = client

    async def remember(self, key: str, value: str) -> bool | None:
        return self.client.set(key, value, ex=60)

    def both(self, first: str, second: str) -> list[str | None]:
        return [self.client.get(first), self.client.get(second)]


def get_store() -> Store:
    return Store(cache)


@app.put("/key/{key}")
async def put(key: str, value: str = "v"):
    return cache.set(key, value), cache.getrange(key, 0, -1) is not None, cache.exists(key)


@app.get("/counted")
async def counted():
    return cache.incrby("step", 2) > 0


@app.post("/list")
async def listed():
    cache.rpush("list", "a", "b")
    return cache.lrange("list", 0, 1), cache.hset("hash", mapping={"k": "v"}) in (0, 1), cache.hgetall("hash")


@app.get("/wrong")
async def wrong():
    cache.set("text", "x")
    try:
        return cache.incr("text")
    except exceptions.ResponseError as error:
        return str(error)


@app.get("/unhandled")
async def unhandled():
    cache.set("text", "x")
    return cache.lpop("text")


@app.get("/store")
async def stored(store: Store = Depends(get_store)):
    await store.remember("one", "1")
    await store.remember("two", "2")
    return store.both("one", second="two")
