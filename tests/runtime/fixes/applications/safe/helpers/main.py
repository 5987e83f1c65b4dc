"""Functions of the project, handed over as a whole."""

import asyncio
from functools import partial

import shop.prices
from fastapi import FastAPI
from shop import stock
from shop.prices import Price, price as price_of

app = FastAPI()
catalogue = shop.prices.Catalogue("tea", "cake")


@app.get("/keywords")
async def keywords(name: str = "tea"):
    return stock.describe(name, *["x", "y"], sep="/", **{"end": "."}), stock.describe(name), stock.describe(name=name, sep="|")


@app.get("/function")
async def function():
    return stock.applied(func="tea"), stock.applied("cake", 2), stock.applied(times=3, func="x")


@app.get("/constructed")
async def constructed(name: str = "tea"):
    made = Price(name, factor=2)
    return made.amount, Price("cake").amount


@app.get("/methods")
async def methods():
    read = catalogue.total(), catalogue.named("cake"), shop.prices.Catalogue.standard().total(), Price.free().amount
    await asyncio.sleep(0)
    return *read, Price.parse("7")


@app.get("/imported")
async def imported(name: str = "tea"):
    return price_of(name), shop.prices.price("cake", default=1)


@app.get("/bound")
async def bound():
    with_tea = partial(stock.describe, "tea", sep="+")
    return with_tea("x")


@app.get("/failing")
async def failing(name: str = "nothing"):
    return price_of(name)


@app.get("/custom")
async def custom():
    try:
        stock.take("tea", 1000)
    except stock.SoldOut as error:
        return {"name": error.name, "context": type(error.__cause__).__name__, "notes": error.__notes__}


@app.get("/raised")
async def raised():
    return stock.take("tea", 1000)


@app.get("/deep")
async def deep(name: str = "tea"):
    return shop.prices.deep(name, 5)


@app.get("/nested")
async def nested():
    def local(name: str) -> str:
        return stock.describe(name, "local")

    return local("tea"), local(name="cake")


@app.get("/shared")
async def shared():
    names = ["tea", "cake"]
    return stock.sorted_copy(names), names


@app.post("/sold")
async def sold(name: str = "tea"):
    stock.sell(name)
    return "sold"


@app.get("/overridden")
async def overridden():
    return stock.File("tea").text(), stock.Doubled("tea").text()


@app.get("/options")
async def options(name: str = "tea"):
    given = {"func": name, "times": 2}
    return stock.applied(**given)
