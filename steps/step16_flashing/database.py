"""The readers and their notes, in SQLite. Each request or script has one connection, opened when first asked for."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from dram import current_app, g

SCHEMA = """
pragma foreign_keys = on;
create table if not exists reader (
    id integer primary key,
    name text not null,
    folded text not null unique,
    password text not null
);
create table if not exists note (
    id integer primary key,
    essay integer not null,
    reader integer not null references reader,
    text text not null,
    left_at text not null
)
"""


class Reader(NamedTuple):
    number: int
    name: str
    password: str


class Note(NamedTuple):
    number: int
    essay: int
    reader: str
    text: str
    left_at: datetime


def database() -> sqlite3.Connection:
    """The connection of this request or script."""
    if "database" not in g:
        g.database = sqlite3.connect(Path(current_app.root_path, current_app.config["DATABASE"]))
        g.database.executescript(SCHEMA)
    connection: sqlite3.Connection = g.database
    return connection


def close_database(_: BaseException | None = None) -> None:
    """Close the connection, if there is one; what was not committed is undone."""
    connection = g.pop("database", None)
    if connection is not None:
        connection.close()


def select_notes(condition: str, *values: Any) -> list[Note]:
    columns = "note.id, essay, name, text, left_at from note join reader on reader.id = reader"
    rows = database().execute(f"select {columns} where {condition} order by note.id", values)
    return [Note(number, essay, name, text, datetime.fromisoformat(at)) for number, essay, name, text, at in rows]


def notes(essay: int) -> list[Note]:
    """The notes in the margin of an essay, the oldest first."""
    return select_notes("essay = ?", essay)


def find_note(number: int) -> Note | None:
    """The note of that number, if there is one."""
    # No number is higher than SQLite can count.
    found = select_notes("note.id = ?", min(number, 2**63 - 1))
    return found[0] if found else None


def count_notes() -> int:
    """How many notes there are in all margins."""
    (count,) = database().execute("select count(*) from note").fetchone()
    return int(count)


def leave_note(essay: int, reader: Reader, text: str) -> int:
    """Write a note into the margin of an essay; return its number."""
    values = [essay, reader.number, text, datetime.now(UTC).isoformat(timespec="seconds")]
    with database() as transaction:
        insert = "insert into note (essay, reader, text, left_at) values (?, ?, ?, ?) returning id"
        ((number,),) = transaction.execute(insert, values)
    return int(number)


def delete_note(number: int) -> None:
    """Take a note out of its margin."""
    with database() as transaction:
        transaction.execute("delete from note where id = ?", [number])


def folded(name: str) -> str:
    return normalize("NFKC", name).casefold()


def find_reader(name: str) -> Reader | None:
    """The reader of that name, in whatever case it is spelt."""
    row = database().execute("select id, name, password from reader where folded = ?", [folded(name)]).fetchone()
    return Reader(*row) if row else None


def add_reader(name: str, password: str) -> bool:
    """Add a reader, with the hash of a password; return whether the name was free."""
    insert = "insert or ignore into reader (name, folded, password) values (?, ?, ?)"
    with database() as transaction:
        return transaction.execute(insert, [name, folded(name), password]).rowcount == 1
