"""Path operations and dependencies that await nothing."""

import time
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic import BaseModel

app = FastAPI()
Path("greeting").write_text("hello\n")


class Order(BaseModel):
    name: str
    count: int = 1


async def opened(word: str = "x"):
    with open("greeting") as file:
        for line in file:
            return word + line


@app.get("/order")
async def order(text: Annotated[str, Depends(opened)]):
    with open("greeting") as file:
        for line in file:
            if line.startswith("h"):
                return {"line": line, "text": text}


@app.put("/order")
async def put(order: Order) -> Order:
    with open("greeting") as file:
        return Order(name=order.name + file.readline(), count=order.count + 1)
