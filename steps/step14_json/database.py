"""The notes in the margins, in SQLite. Each request or script has one connection, opened when first asked for."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from dram import current_app, g

SCHEMA = """
create table if not exists note (
    id integer primary key,
    essay integer not null,
    text text not null,
    left_at text not null
)
"""


class Note(NamedTuple):
    number: int
    essay: int
    text: str
    left_at: datetime


def database() -> sqlite3.Connection:
    """The connection of this request or script."""
    if "database" not in g:
        g.database = sqlite3.connect(Path(current_app.root_path, current_app.config["DATABASE"]))
        g.database.execute(SCHEMA)
    connection: sqlite3.Connection = g.database
    return connection


def close_database(_: BaseException | None = None) -> None:
    """Close the connection, if there is one; what was not committed is undone."""
    connection = g.pop("database", None)
    if connection is not None:
        connection.close()


def select_notes(condition: str, *values: Any) -> list[Note]:
    rows = database().execute(f"select id, essay, text, left_at from note where {condition} order by id", values)
    return [Note(number, essay, text, datetime.fromisoformat(left_at)) for number, essay, text, left_at in rows]


def notes(essay: int) -> list[Note]:
    """The notes in the margin of an essay, the oldest first."""
    return select_notes("essay = ?", essay)


def find_note(number: int) -> Note | None:
    """The note of that number, if there is one."""
    # No number is higher than SQLite can count.
    found = select_notes("id = ?", min(number, 2**63 - 1))
    return found[0] if found else None


def count_notes() -> int:
    """How many notes there are in all margins."""
    (count,) = database().execute("select count(*) from note").fetchone()
    return int(count)


def leave_note(essay: int, text: str) -> int:
    """Write a note into the margin of an essay; return its number."""
    values = [essay, text, datetime.now(UTC).isoformat(timespec="seconds")]
    with database() as transaction:
        insert = "insert into note (essay, text, left_at) values (?, ?, ?) returning id"
        ((number,),) = transaction.execute(insert, values)
    return int(number)
