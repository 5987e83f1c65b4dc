"""Sessions of SQLAlchemy, on PostgreSQL and on a file."""

import asyncio
import os
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()
server = create_engine(os.environ["POSTGRES"].replace("postgresql:", "postgresql+psycopg2:"))
file = create_engine("sqlite:///orders.db")


class Model(DeclarativeBase):
    pass


class Order(Model):
    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


for _engine in (server, file):
    Model.metadata.create_all(_engine)
    with Session(_engine) as _session:
        _session.add_all([Order(name="tea"), Order(name="cake")])
        _session.commit()


def get_session():
    with Session(server, expire_on_commit=False) as session:
        yield session


def get_file_session():
    with Session(file, expire_on_commit=False) as session:
        yield session


Server = Annotated[Session, Depends(get_session)]
OfFile = Annotated[Session, Depends(get_file_session)]


@app.get("/names")
async def names(session: Server):
    await asyncio.sleep(0)
    return session.execute(text("select name, pg_sleep(0.06) from orders order by name limit 2")).scalars().all()


@app.get("/order/{number}")
async def order(number: int, session: Server):
    await asyncio.sleep(0)
    session.execute(text("select pg_sleep(0.12)"))
    found = session.get(Order, number)
    return found and found.name


@app.get("/wrong")
async def wrong(session: Server):
    await asyncio.sleep(0)
    return session.execute(text("select pg_sleep(0.12) from nowhere")).scalars().all()


@app.get("/in-file")
async def in_file(session: OfFile):
    await asyncio.sleep(0)
    return session.scalars(select(Order.name).order_by(Order.name)).all()


@app.post("/in-file")
async def add(session: OfFile, name: str = "new"):
    await asyncio.sleep(0)
    session.add(Order(name=name))
    session.commit()
    count = session.query(Order).filter_by(name=name).count()
    return count
