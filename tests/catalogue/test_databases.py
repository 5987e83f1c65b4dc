"""The catalogue files of databases against the installed packages: every name exists, no public method is left unsaid."""

import importlib
import inspect
import warnings
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

import pytest

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import libraries
from fastapi_async_lint.catalogue.schema import ClassEntry, Library

DATABASES = [
    "MySQLdb",
    "aiomysql",
    "aioredis",
    "aiosqlite",
    "alembic",
    "asyncmy",
    "asyncpg",
    "cassandra",
    "chromadb",
    "clickhouse_connect",
    "databases",
    "django",
    "duckdb",
    "elasticsearch",
    "fastapi_async_sqlalchemy",
    "fastapi_sqlalchemy",
    "flask_sqlalchemy",
    "gridfs",
    "meilisearch",
    "mongoengine",
    "motor",
    "mysql",
    "neo4j",
    "opensearchpy",
    "oracledb",
    "peewee",
    "pg8000",
    "pinecone",
    "playhouse",
    "psycopg",
    "psycopg2",
    "psycopg_pool",
    "pymemcache",
    "pymilvus",
    "pymongo",
    "pymysql",
    "pyodbc",
    "qdrant_client",
    "redis",
    "snowflake",
    "sqlalchemy",
    "sqlalchemy_utils",
    "sqlmodel",
    "weaviate",
]

# Names that only older releases have; applications still use those.
HISTORIC = {
    "sqlalchemy.Engine.execute",
    "sqlalchemy.Engine.scalar",
    "sqlalchemy.Engine.table_names",
    "sqlalchemy.Engine.has_table",
    "sqlalchemy.orm.Query.from_self",
    "sqlalchemy.orm.create_session",
    "sqlalchemy.orm.Query.select_entity_from",
}

# Classes whose instances hand on methods of something else.
PROXIES = {"sqlalchemy.pool.PoolProxiedConnection"}

COMPLETE = [
    "aiosqlite.Connection",
    "asyncpg.Connection",
    "asyncpg.Pool",
    "chromadb.Collection",
    "django.core.cache.backends.base.BaseCache",
    "django.db.models.Manager",
    "django.db.models.Model",
    "django.db.models.QuerySet",
    "duckdb.DuckDBPyRelation",
    "elasticsearch.Elasticsearch",
    "flask_sqlalchemy.SQLAlchemy",
    "gridfs.GridFS",
    "gridfs.GridFSBucket",
    "meilisearch.Client",
    "mongoengine.Document",
    "mongoengine.queryset.QuerySet",
    "motor.motor_asyncio.AsyncIOMotorCollection",
    "neo4j.Driver",
    "neo4j.Result",
    "neo4j.Session",
    "opensearchpy.OpenSearch",
    "oracledb.Cursor",
    "peewee.Model",
    "peewee.ModelSelect",
    "pinecone.Index",
    "psycopg.AsyncConnection",
    "psycopg.AsyncCursor",
    "psycopg.Connection",
    "psycopg.Cursor",
    "psycopg2.extensions.connection",
    "psycopg2.extensions.cursor",
    "psycopg_pool.AsyncConnectionPool",
    "psycopg_pool.ConnectionPool",
    "psycopg_pool.NullConnectionPool",
    "pymilvus.MilvusClient",
    "pymongo.AsyncMongoClient",
    "pymongo.MongoClient",
    "pymongo.asynchronous.collection.AsyncCollection",
    "pymongo.asynchronous.cursor.AsyncCursor",
    "pymongo.asynchronous.database.AsyncDatabase",
    "pymongo.client_session.ClientSession",
    "pymongo.collection.Collection",
    "pymongo.cursor.Cursor",
    "pymongo.database.Database",
    "pymysql.connections.Connection",
    "pymysql.cursors.Cursor",
    "qdrant_client.AsyncQdrantClient",
    "qdrant_client.QdrantClient",
    "redis.Redis",
    "redis.asyncio.Redis",
    "redis.asyncio.client.Pipeline",
    "redis.asyncio.client.PubSub",
    "redis.client.Pipeline",
    "redis.client.PubSub",
    "redis.cluster.RedisCluster",
    "redis.commands.json.JSON",
    "redis.lock.Lock",
    "sqlalchemy.Connection",
    "sqlalchemy.Engine",
    "sqlalchemy.MetaData",
    "sqlalchemy.engine.Inspector",
    "sqlalchemy.engine.Result",
    "sqlalchemy.engine.ScalarResult",
    "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.AsyncResult",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlalchemy.orm.Query",
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.SessionTransaction",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.pool.QueuePool",
    "sqlmodel.Session",
    "weaviate.WeaviateClient",
]


if find_spec("django"):
    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"])
        importlib.import_module("django").setup()


@cache
def library(name: str) -> Library:
    """The record of one catalogue file."""
    return libraries([name])[name]


@cache
def catalogue(name: str) -> Catalogue:
    """One catalogue file with all that it requires."""
    return merge(libraries([name]).values())


def found(path: str) -> Any:
    """The object behind a dotted path: the longest importable prefix, then attributes."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # old homes of what has moved
                value = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            value = getattr(value, part)
        return value
    raise AttributeError(path)


def exists(path: str) -> bool:
    """The installed library has that path."""
    try:
        found(path)
    except AttributeError:
        return False
    return True


def is_real(path: str) -> bool:
    """Context managers and iterators that a library makes inside a function bear names of our own."""
    return not any(part.startswith("Lazy") for part in path.split(".")) and path not in HISTORIC


def listed(record: ClassEntry) -> Iterator[str]:
    """The methods that a class's lists name."""
    for group in (record.certain, record.likely, record.cheap, record.pure, record.coroutines, record.returns, record.methods):
        yield from (name for name in group if name != "*")


def public_methods(real: type) -> list[str]:
    """Functions and C methods; no properties, memoized attributes or nested classes."""
    raw = {name: inspect.getattr_static(real, name) for name in dir(real) if not name.startswith("_")}
    return [
        name
        for name, value in raw.items()
        if isinstance(value, classmethod | staticmethod) or (callable(value) and not isinstance(value, type))
    ]


@pytest.mark.parametrize("name", DATABASES)
def test_every_path_of_a_file_exists_in_the_library(name: str) -> None:
    """Functions, classes, aliases and objects are there under the names that the file gives them."""
    pytest.importorskip(name, exc_type=ImportError)
    record = library(name)
    paths = [path for entry in record.functions for path in entry.names]
    paths += [path for entry in record.classes for path in (entry.name, *entry.aliases)]
    paths += [*record.aliases, *record.objects]
    assert [path for path in paths if is_real(path) and not exists(path)] == []


@pytest.mark.parametrize("name", DATABASES)
def test_every_listed_method_exists_in_the_library(name: str) -> None:
    """A method that a class's lists name is an attribute of the real class."""
    pytest.importorskip(name, exc_type=ImportError)
    missing = []
    for record in library(name).classes:
        real = found(record.name) if is_real(record.name) else None
        if real is None or hasattr(real, "__getattr__") or record.name in PROXIES:
            continue
        missing += [f"{record.name}.{each}" for each in listed(record) if not hasattr(real, each) and is_real(f"{record.name}.{each}")]
    assert missing == []


@pytest.mark.parametrize("name", DATABASES)
def test_a_coroutine_method_is_known_as_one(name: str) -> None:
    """What the real class declares with `async def` never counts as blocking or as an ordinary method."""
    pytest.importorskip(name, exc_type=ImportError)
    wrong = []
    for record in library(name).classes:
        real = found(record.name) if is_real(record.name) else object
        for each in public_methods(real):
            member = catalogue(name).member(record.name, each)
            if member and member.method and inspect.iscoroutinefunction(getattr(real, each)) and not member.method.coroutine:
                wrong.append(f"{record.name}.{each}")
    assert wrong == []


@pytest.mark.parametrize("path", COMPLETE)
def test_every_public_method_of_a_principal_class_has_a_verdict(path: str) -> None:
    """Nothing that a user may call on it is left unsaid."""
    name = path.partition(".")[0]
    pytest.importorskip(name, exc_type=ImportError)
    unsaid = []
    for each in public_methods(found(path)):
        member = catalogue(name).member(path, each)
        if member is None or member.method is None:
            unsaid.append(each)
    assert unsaid == []


@pytest.mark.parametrize(
    "cursor",
    [
        "MySQLdb.cursors.Cursor",
        "mysql.connector.abstracts.MySQLCursorAbstract",
        "pg8000.legacy.Cursor",
        "psycopg.Cursor",
        "psycopg2.extensions.cursor",
        "psycopg2.extras.RealDictCursor",
        "pymysql.cursors.DictCursor",
    ],
)
def test_fetching_what_execute_has_brought_is_harmless(cursor: str) -> None:
    """A cursor on the client's side holds the rows after `execute`, which is the call that waits."""
    known = catalogue(cursor.partition(".")[0])
    verdicts = {name: known.member(cursor, name) for name in ("execute", "fetchone", "fetchmany", "fetchall")}
    levels = {name: member.method.level for name, member in verdicts.items() if member and member.method}
    assert levels == {"execute": "certain", "fetchone": "pure", "fetchmany": "pure", "fetchall": "pure"}
    iterating = known.iterating(cursor, is_async=False)
    assert iterating is not None
    assert not iterating.blocks


@pytest.mark.parametrize("cursor", ["MySQLdb.cursors.SSCursor", "psycopg.ServerCursor", "pymysql.cursors.SSDictCursor", "sqlite3.Cursor"])
def test_fetching_from_the_server_or_the_disk_blocks(cursor: str) -> None:
    """A cursor on the server's side, and one of SQLite, reads when its rows are fetched."""
    known = catalogue(cursor.partition(".")[0])
    for name in ("fetchone", "fetchmany", "fetchall"):
        member = known.member(cursor, name)
        assert member is not None
        assert member.method is not None
        assert member.method.level == "certain"
    iterating = known.iterating(cursor, is_async=False)
    assert iterating is not None
    assert iterating.level == "certain"
