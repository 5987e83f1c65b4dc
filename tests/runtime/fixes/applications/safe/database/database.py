"""Orders, in PostgreSQL."""

import os
from contextlib import closing

import psycopg2

URL = os.environ["POSTGRES"]


def prepare() -> None:
    with closing(psycopg2.connect(URL)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("create table orders (number serial, name text)")


def order(name: str) -> str:
    connection = psycopg2.connect(URL)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("insert into orders (name) values (%s) returning name, pg_sleep(0.12)", (name,))
            return cursor.fetchone()[0]
    finally:
        connection.close()


def names() -> list[str]:
    connection = psycopg2.connect(URL)
    cursor = connection.cursor()
    cursor.execute("select name, pg_sleep(0.06) from orders limit 1")
    found = [name for name, _ in cursor.fetchall()]
    cursor.close()
    connection.close()
    return found


def one(number: int) -> str | None:
    connection = psycopg2.connect(URL)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(0.12)")
            cursor.execute("select name from orders where number = %s", (number,))
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def wrong() -> None:
    connection = psycopg2.connect(URL)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(0.12)")
            cursor.execute("select nothing from nowhere")
    finally:
        connection.close()
