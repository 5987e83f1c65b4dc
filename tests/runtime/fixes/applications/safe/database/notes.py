"""Notes, in a file of SQLite's."""

import sqlite3
from contextlib import closing


def prepare() -> None:
    with closing(sqlite3.connect("notes.db")) as connection:
        connection.execute("create table notes (text text not null)")


def add(text: str | None) -> None:
    with closing(sqlite3.connect("notes.db")) as connection, connection:
        connection.execute("insert into notes values (?)", (text,))


def texts() -> list[str]:
    with closing(sqlite3.connect("notes.db")) as connection:
        return [text for (text,) in connection.execute("select text from notes")]


def latest() -> str | None:
    with closing(sqlite3.connect("notes.db")) as connection:
        row = connection.execute("select max(text) from notes").fetchone()
        return row[0] if row else None
