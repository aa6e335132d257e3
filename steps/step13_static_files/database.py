"""The notes in the margins, in SQLite. Each request or script has one connection, opened when first asked for."""

import sqlite3
from pathlib import Path

from dram import current_app, g

SCHEMA = """
create table if not exists note (
    id integer primary key,
    essay integer not null,
    text text not null
)
"""


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


def notes(essay: int) -> list[str]:
    """The notes in the margin of an essay, the oldest first."""
    return [text for (text,) in database().execute("select text from note where essay = ? order by id", [essay])]


def count_notes() -> int:
    """How many notes there are in all margins."""
    (count,) = database().execute("select count(*) from note").fetchone()
    return int(count)


def leave_note(essay: int, text: str) -> None:
    """Write a note into the margin of an essay."""
    with database() as transaction:
        transaction.execute("insert into note (essay, text) values (?, ?)", [essay, text])
