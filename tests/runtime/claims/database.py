"""Database drivers and what is built on them: a real PostgreSQL and Redis, SQLite files, and servers that never answer."""

import sqlite3
from collections.abc import Callable
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on
from tests.runtime.claims.world import World
from tests.runtime.fixtures import DELAY
from tools.installed import module

SLEEP = f"select pg_sleep({DELAY})"
SLOW_SECOND_ROW = (
    "select 1 union all select max(x) from (with recursive n(x) as (select 1 union all select x + 1 from n limit 1500000) select x from n)"
)


# ---------------------------------------------------------------------------------------------------------- PostgreSQL


def _psycopg2(w: World) -> Any:
    return w.keep(module("psycopg2").connect(w.postgres.dsn))


def _psycopg2_cursor(w: World) -> Any:
    return w.keep(_psycopg2(w).cursor())


def _psycopg(w: World) -> Any:
    return w.keep(module("psycopg").connect(w.postgres.dsn))


def _copy(w: World) -> Call:
    return on(_psycopg2_cursor(w), f"copy ({SLEEP}) to stdout", module("io").StringIO())


def _silent_postgres(w: World) -> Call:
    return args(f"postgresql://tester@{w.silent.host}:{w.silent.port}/x?sslmode=disable&gssencmode=disable")


POSTGRES = [
    Claim("psycopg2.connect", _silent_postgres, fails=lambda: module("psycopg2").OperationalError),
    Claim("psycopg2.extensions.cursor.execute", lambda w: on(_psycopg2_cursor(w), SLEEP)),
    Claim("psycopg2.extensions.cursor.executemany", lambda w: on(_psycopg2_cursor(w), "select pg_sleep(%s)", [[DELAY]])),
    Claim("psycopg2.extensions.cursor.callproc", lambda w: on(_psycopg2_cursor(w), "pg_sleep", [DELAY])),
    Claim("psycopg2.extensions.cursor.copy_expert", _copy),
    Claim("psycopg.connect", _silent_postgres, fails=lambda: module("psycopg").OperationalError),
    Claim("psycopg.Connection.execute", lambda w: on(_psycopg(w), SLEEP)),
    Claim("psycopg.Cursor.execute", lambda w: on(w.keep(_psycopg(w).cursor()), SLEEP)),
    Claim("psycopg.Cursor.executemany", lambda w: on(w.keep(_psycopg(w).cursor()), "select pg_sleep(%s)", [[DELAY]])),
    Claim("psycopg.LazyStream", lambda w: on(w.keep(_psycopg(w).cursor()).stream(SLEEP)), how="iterate"),
]


async def _async_psycopg(w: World) -> Call:
    psycopg = module("psycopg")
    return on(w.keep(await psycopg.AsyncConnection.connect(w.postgres.dsn)), SLEEP)


async def _asyncpg(w: World) -> Call:
    return on(w.keep(await module("asyncpg").connect(w.postgres.dsn)), SLEEP)


def _fetched(w: World) -> Call:
    cursor = _psycopg2_cursor(w)
    cursor.execute("select generate_series(1, 100)")
    return on(cursor)


# ---------------------------------------------------------------------------------------------------------- SQLAlchemy


def _text(sql: str = SLEEP) -> Any:
    return module("sqlalchemy").text(sql)


def _engine(w: World) -> Any:
    return w.keep(module("sqlalchemy").create_engine(w.postgres.url("psycopg2")), "dispose")


def _connection(w: World) -> Any:
    return w.enter(_engine(w).connect())


def _session(w: World) -> Any:
    session = w.enter(module("sqlalchemy.orm").Session(_engine(w)))
    session.connection()  # connecting is not what is claimed
    return session


def _model(base: Any) -> Any:
    sqlalchemy = module("sqlalchemy")
    columns = {"id": sqlalchemy.Column(sqlalchemy.Integer, primary_key=True), "name": sqlalchemy.Column(sqlalchemy.String)}
    return type("Item", (base,), {"__tablename__": "item", **columns})


def _file_session(w: World, act: Callable[[Any], object] = bool) -> tuple[Any, Any]:
    """A session on a SQLite file with a table, and the table's class; `act` is called with the session, which has a new object in it."""
    orm = module("sqlalchemy.orm")
    item = _model(base := orm.declarative_base())
    engine = w.keep(module("sqlalchemy").create_engine(f"sqlite:///{w.folder}/database"), "dispose")
    base.metadata.create_all(engine)
    session = w.enter(orm.Session(engine))
    session.add(item(name="x"))
    act(session)
    return session, item


def _stored(w: World) -> tuple[Any, Any]:
    """The same with one row, and nothing of it in memory."""
    return _file_session(w, lambda session: (session.commit(), session.expire_all()))


def _query(w: World) -> Any:
    session, item = _stored(w)
    return session.query(item)


def _refreshing(w: World) -> Call:
    session, item = _stored(w)
    return on(session, session.get(item, 1))


def _merging(w: World) -> Call:
    session, item = _stored(w)
    return on(session, item(id=1, name="y"))


def _getting(w: World) -> Call:
    session, item = _stored(w)
    return on(session, item, 1)


def _metadata(w: World) -> Call:
    sqlalchemy = module("sqlalchemy")
    engine = w.keep(sqlalchemy.create_engine(f"sqlite:///{w.folder}/database"), "dispose")
    metadata = sqlalchemy.MetaData()
    sqlalchemy.Table("item", metadata, sqlalchemy.Column("id", sqlalchemy.Integer))
    return on(metadata, engine)


def _dead_engine(w: World) -> Call:
    return on(w.keep(module("sqlalchemy").create_engine(f"postgresql+psycopg2://x@{w.silent.host}:{w.silent.port}/x"), "dispose"))


def _sqlmodel(w: World) -> Call:
    return on(w.enter(module("sqlmodel").Session(_engine(w))), module("sqlmodel").text(SLEEP))


SQL = "sqlite3.Cursor.execute"
SQLALCHEMY = [
    Claim("sqlalchemy.Engine.connect", _dead_engine, fails=lambda: module("sqlalchemy.exc").OperationalError),
    Claim("sqlalchemy.Connection.execute", lambda w: on(_connection(w), _text())),
    Claim("sqlalchemy.Connection.scalar", lambda w: on(_connection(w), _text())),
    Claim("sqlalchemy.Connection.exec_driver_sql", lambda w: on(_connection(w), SLEEP)),
    Claim("sqlalchemy.MetaData.create_all", _metadata, heard=SQL),
    Claim("sqlalchemy.orm.Session.execute", lambda w: on(_session(w), _text())),
    Claim("sqlalchemy.orm.Session.scalar", lambda w: on(_session(w), _text())),
    Claim("sqlalchemy.orm.Session.scalars", lambda w: on(_session(w), _text())),
    Claim("sqlalchemy.orm.Session.get", _getting, heard=SQL),
    Claim("sqlalchemy.orm.Session.refresh", _refreshing, heard=SQL),
    Claim("sqlalchemy.orm.Session.merge", _merging, heard=SQL),
    Claim("sqlalchemy.orm.Session.flush", lambda w: on(_file_session(w)[0]), heard=SQL),
    Claim("sqlalchemy.orm.Session.commit", lambda w: on(_file_session(w)[0]), heard=SQL),
    Claim("sqlalchemy.orm.Query.all", lambda w: on(_query(w)), heard=SQL),
    Claim("sqlalchemy.orm.Query.first", lambda w: on(_query(w)), heard=SQL),
    Claim("sqlalchemy.orm.Query.count", lambda w: on(_query(w)), heard=SQL),
    Claim("sqlalchemy.orm.Query", lambda w: on(_query(w)), how="iterate", heard=SQL),
    Claim("sqlmodel.Session.exec", _sqlmodel),
]


async def _async_session(w: World) -> Call:
    asyncio_of = module("sqlalchemy.ext.asyncio")
    engine = w.keep(asyncio_of.create_async_engine(w.postgres.url("asyncpg")), "dispose")
    session = await w.enter_async(asyncio_of.AsyncSession(engine))
    await session.connection()  # asyncpg looks for certificate files when it connects
    return on(session, _text())


# -------------------------------------------------------------------------------------------------------------- SQLite


def _sqlite(w: World) -> sqlite3.Connection:
    connection = w.keep(sqlite3.connect(w.folder / "database"))
    connection.execute("create table if not exists item (id integer)")
    connection.execute("insert into item values (1)")
    return connection


async def _aiosqlite(w: World) -> Call:
    return on(await w.enter_async(module("aiosqlite").connect(w.folder / "database")), "select 1")


def _peewee(w: World) -> Any:
    peewee = module("peewee")
    database = w.keep(peewee.SqliteDatabase(w.folder / "database"))
    item = type("Item", (peewee.Model,), {"Meta": type("Meta", (), {"database": database}), "name": peewee.TextField()})
    database.create_tables([item])
    return item


SQLITE = [
    Claim("sqlite3.connect", lambda w: args(w.folder / "database"), heard="sqlite3.connect"),
    Claim("sqlite3.Connection.execute", lambda w: on(_sqlite(w), "select 1"), heard="sqlite3.Connection.execute"),
    Claim("sqlite3.Connection.commit", lambda w: on(_sqlite(w)), heard="sqlite3.Connection.commit"),
    Claim("sqlite3.Cursor.execute", lambda w: on(_sqlite(w).cursor(), "select 1"), heard=SQL),
    Claim("sqlite3.Cursor.fetchall", lambda w: on(_sqlite(w).execute("select 1")), heard="sqlite3.Cursor.fetchall"),
    Claim("sqlite3.Cursor", lambda w: on(_sqlite(w).execute(SLOW_SECOND_ROW)), how="iterate"),
    Claim("peewee.Model.create", lambda w: on(_peewee(w), name="x"), heard=SQL),
    Claim("peewee.ModelSelect.count", lambda w: on(_peewee(w).select()), heard=SQL),
    Claim("peewee.ModelSelect", lambda w: on(_peewee(w).select()), how="iterate", heard=SQL),
]


# ------------------------------------------------------------------------------------------------------------- servers


def _redis(w: World, name: str = "redis") -> Any:
    return w.keep(module(name).Redis(host=w.redis.host, port=w.redis.port), "aclose" if "asyncio" in name else "close")


def _paused(w: World) -> Any:
    """A connected client of a server that pauses."""
    client = _redis(w)
    client.ping()
    w.redis.pause(2 * DELAY)
    return client


def _pipeline(w: World) -> Any:
    pipeline = w.enter(_paused(w).pipeline())
    pipeline.set("a", 1)
    return pipeline


def _taken_lock(w: World, client: Any) -> Any:
    client.delete("lock")
    client.lock("lock", timeout=5).acquire()
    return client.lock("lock", blocking_timeout=3 * DELAY)


def _pubsub(w: World) -> Any:
    pubsub = w.keep(_redis(w).pubsub())
    pubsub.subscribe("channel")
    pubsub.get_message(timeout=1)
    return pubsub


OWN_VERSION = ("open", "os.listdir", "os.stat", "io.TextIOWrapper.read")
"""redis-py looks up its own version in its package's metadata, for each client anew: a few tenths of a millisecond."""


async def _async_redis(w: World) -> Call:
    client = _redis(w, "redis.asyncio")
    await client.ping()
    w.redis.pause(DELAY)
    return on(client, "key")


def _mongo(w: World, name: str = "MongoClient") -> Any:
    """A client of nobody: it looks for a server until its patience ends."""
    return w.keep(getattr(module("pymongo"), name)("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=1000 * DELAY))


def _collection(w: World) -> Any:
    return _mongo(w)["database"]["collection"]


def _mongo_failure() -> Any:
    return module("pymongo.errors").ServerSelectionTimeoutError


def _elastic(w: World) -> Any:
    client = w.keep(module("elasticsearch").Elasticsearch(w.http.url(), retry_on_timeout=False, max_retries=0))
    client.transport.perform_request("GET", "/?delay=0")
    return client


def _silent_pymysql(w: World) -> Call:
    return args(host=w.silent.host, port=w.silent.port, user="x")


SERVERS = [
    Claim("redis.Redis.get", lambda w: on(_paused(w), "key")),
    Claim("redis.Redis.set", lambda w: on(_paused(w), "key", "value")),
    Claim("redis.Redis.ping", lambda w: on(_paused(w))),
    Claim("redis.Redis.blpop", lambda w: on(_redis(w), ["nothing"], timeout=DELAY)),
    Claim("redis.client.LazyScan", lambda w: on(_paused(w).scan_iter()), how="iterate"),
    Claim("redis.client.Pipeline.execute", lambda w: on(_pipeline(w))),
    Claim("redis.client.PubSub.get_message", lambda w: on(_pubsub(w), timeout=DELAY)),
    Claim("redis.lock.Lock.acquire", lambda w: on(_taken_lock(w, _redis(w)))),
    Claim("pymongo.collection.Collection.find_one", lambda w: on(_collection(w)), fails=_mongo_failure),
    Claim("pymongo.collection.Collection.insert_one", lambda w: on(_collection(w), {}), fails=_mongo_failure),
    Claim("pymongo.cursor.Cursor", lambda w: on(_collection(w).find()), how="iterate", fails=_mongo_failure),
    Claim("pymongo.MongoClient.list_database_names", lambda w: on(_mongo(w)), fails=_mongo_failure),
    Claim("pymysql.connect", _silent_pymysql, fails=lambda: module("pymysql.err").OperationalError),
    Claim(
        "pymemcache.Client.get",
        lambda w: on(module("pymemcache").Client((w.silent.host, w.silent.port)), "key"),
        fails=lambda: module("pymemcache.exceptions").MemcacheUnexpectedCloseError,
    ),
    Claim(
        "elasticsearch.Elasticsearch.search",
        lambda w: on(w.keep(module("elasticsearch").Elasticsearch(f"http://{w.silent.host}:{w.silent.port}", max_retries=0))),
        fails=lambda: module("elasticsearch").ConnectionError,
    ),
    Claim("meilisearch.Client.health", lambda w: on(module("meilisearch").Client(w.late.base))),
]

DATABASE = [*POSTGRES, *SQLALCHEMY, *SQLITE, *SERVERS]

FREE = [
    Claim("psycopg2.extensions.connection.cursor", lambda w: on(_psycopg2(w))),
    Claim("psycopg2.extensions.cursor.fetchall", _fetched),
    Claim("psycopg.AsyncConnection.execute", _async_psycopg),
    Claim("asyncpg.Connection.fetch", _asyncpg),
    Claim("aiosqlite.Connection.execute", _aiosqlite),
    Claim("sqlalchemy.create_engine", lambda _: args("postgresql+psycopg2://nobody@127.0.0.1/x")),
    Claim("sqlalchemy.select", lambda _: args(_text())),
    Claim("sqlalchemy.orm.Session", lambda w: args(_engine(w)), how="construct"),
    Claim("sqlalchemy.orm.Session.add", lambda w: on((found := _file_session(w))[0], found[1](name="y"))),
    Claim("sqlalchemy.orm.Session.query", lambda w: on((found := _file_session(w))[0], found[1])),
    Claim("sqlalchemy.orm.Query.filter_by", lambda w: on(_query(w), name="x")),
    Claim("sqlalchemy.ext.asyncio.AsyncSession.execute", _async_session),
    Claim("redis.Redis", lambda w: args(host=w.redis.host, port=w.redis.port), how="construct", tolerated=OWN_VERSION),
    Claim("redis.Redis.pipeline", lambda w: on(_redis(w))),
    Claim("redis.client.Pipeline.set", lambda w: on(_redis(w).pipeline(), "a", 1)),
    Claim("redis.asyncio.Redis.get", _async_redis),
    Claim(
        "pymongo.MongoClient", lambda _: args("mongodb://127.0.0.1:1", connect=False), how="construct", tolerated=("os.stat",)
    ),  # in a container?
    Claim("pymongo.MongoClient.get_database", lambda w: on(_mongo(w), "x")),
    Claim("pymongo.collection.Collection.find", lambda w: on(_collection(w))),
    Claim("peewee.Model.select", lambda w: on(_peewee(w))),
]
