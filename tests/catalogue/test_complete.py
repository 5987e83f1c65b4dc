"""Ten classes that applications use most: every public method of the installed class has a verdict that somebody gave it.

A `"*"` in a file speaks of methods that nobody has named. It counts here only for the methods that stand in `complete/<class>.txt`: those have
been looked at, one by one, and found to be as it says. A method that a new version of the library adds fails until somebody looks at it, and
writes it into the file of the catalogue or, where the `"*"` is right, into that list.
"""

import inspect
import pathlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # it has no types
import httpx
import psycopg
import pymongo.collection
import pytest
import redis
import requests
import sqlalchemy
import sqlalchemy.orm

from fastapi_async_lint.catalogue import Catalogue, load
from fastapi_async_lint.catalogue.description import Operation, describe

LISTS = Path(__file__).parent / "complete"


def s3_client() -> type:
    """The class of S3 clients, which boto3 makes at run time from a description that comes with it; no request is sent."""
    return type(boto3.client("s3", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="y"))


CLASSES: dict[str, tuple[str, Callable[[], type]]] = {
    "httpx.Client": ("httpx.Client", lambda: httpx.Client),
    "pathlib.Path": ("pathlib.Path", lambda: pathlib.Path),
    "psycopg.Cursor": ("psycopg.Cursor", lambda: psycopg.Cursor),
    "pymongo.collection.Collection": ("pymongo.collection.Collection", lambda: pymongo.collection.Collection),
    "redis.Redis": ("redis.Redis", lambda: redis.Redis),
    "requests.Session": ("requests.Session", lambda: requests.Session),
    "s3": ("botocore.client.BaseClient", s3_client),
    "sqlalchemy.Connection": ("sqlalchemy.Connection", lambda: sqlalchemy.Connection),
    "sqlalchemy.orm.Session": ("sqlalchemy.orm.Session", lambda: sqlalchemy.orm.Session),
    "subprocess.Popen": ("subprocess.Popen", lambda: subprocess.Popen),
}
"""The class as its list is called, as the catalogue calls it, and as it is installed."""


def public_methods(subject: type) -> list[str]:
    """What can be called on an instance or on the class; attributes and properties are not."""
    found = []
    for name in dir(subject):
        held: Any = inspect.getattr_static(subject, name)
        if not name.startswith("_") and not isinstance(held, property) and callable(getattr(subject, name)):
            found.append(name)
    return found


def looked_at(name: str) -> frozenset[str]:
    """The methods of the class's list; empty where no `"*"` is used."""
    file = LISTS / f"{name}.txt"
    return frozenset(file.read_text(encoding="utf-8").split()) if file.exists() else frozenset()


def catalogue(name: str) -> Catalogue:
    """What a project knows that imports the class."""
    return load([CLASSES[name][0]])


def without_verdict(name: str, methods: list[str], listed: frozenset[str]) -> list[str]:
    """A line for each method that nobody has judged."""
    path, known = CLASSES[name][0], catalogue(name)
    missing = []
    for method in methods:
        found = describe(known, f"{path}.{method}")
        if not isinstance(found, Operation):
            missing.append(f"catalogue/{path.partition('.')[0]}.toml says nothing of {path}.{method}")
        elif found.origin.is_wildcard and method not in listed:
            place = f"catalogue/{found.origin.file}.toml speaks of {path}.{method} only by '*'"
            missing.append(f"{place}: give it a verdict there or, if the '*' is right, add it to tests/catalogue/complete/{name}.txt")
    return missing


@pytest.mark.parametrize("name", CLASSES)
def test_every_method_has_a_verdict(name: str) -> None:
    """Blocking, cheap, pure or a coroutine function; what stands behind a `"*"` has been looked at."""
    methods = public_methods(CLASSES[name][1]())
    assert len(methods) >= 6
    assert without_verdict(name, methods, looked_at(name)) == []


@pytest.mark.parametrize("name", sorted(file.stem for file in LISTS.iterdir()))
def test_a_list_is_about_what_the_star_says(name: str) -> None:
    """Nothing stands in it twice, out of order, or beside a verdict of its own; names of other versions may stay."""
    words = (LISTS / f"{name}.txt").read_text(encoding="utf-8").split()
    assert words == sorted(set(words))
    known = catalogue(name)
    found = {method: describe(known, f"{CLASSES[name][0]}.{method}") for method in words}
    assert [method for method, told in found.items() if not (isinstance(told, Operation) and told.origin.is_wildcard)] == []
    assert set(words) & set(public_methods(CLASSES[name][1]()))


def test_a_new_method_is_noticed() -> None:
    """The message names the file and the method, with and without a `"*"`."""
    assert without_verdict("redis.Redis", ["get", "brand_new"], frozenset(["get"])) == [
        (
            "catalogue/redis.toml speaks of redis.Redis.brand_new only by '*': give it a verdict there or, if the '*' is right, "
            "add it to tests/catalogue/complete/redis.Redis.txt"
        )
    ]
    assert without_verdict("requests.Session", ["get", "brand_new"], frozenset()) == [
        "catalogue/requests.toml says nothing of requests.Session.brand_new"
    ]


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("httpx.Client.stream", "pure"),
        ("pathlib.Path.read_text", "certain"),
        ("pathlib.Path.stat", "cheap"),
        ("pathlib.Path.glob", "pure"),
        ("psycopg.Cursor.execute", "certain"),
        ("psycopg.Cursor.fetchall", "pure"),
        ("pymongo.collection.Collection.find", "pure"),
        ("pymongo.collection.Collection.find_one", "certain"),
        ("redis.Redis.get", "certain"),
        ("redis.Redis.pipeline", "pure"),
        ("redis.Redis.scan_iter", "pure"),
        ("requests.Session.send", "certain"),
        ("botocore.client.BaseClient.put_object", "certain"),
        ("botocore.client.BaseClient.upload_file", "certain"),
        ("botocore.client.BaseClient.generate_presigned_url", "pure"),
        ("botocore.client.BaseClient.get_paginator", "pure"),
        ("sqlalchemy.Connection.begin", "pure"),
        ("sqlalchemy.Connection.scalars", "certain"),
        ("sqlalchemy.orm.Session.add", "pure"),
        ("sqlalchemy.orm.Session.refresh", "certain"),
        ("subprocess.Popen.wait", "certain"),
        ("subprocess.Popen.poll", "pure"),
    ],
)
def test_verdicts(path: str, level: str) -> None:
    """A few that everybody can check."""
    found = describe(load([path]), path)
    assert isinstance(found, Operation)
    assert found.entry.level == level
