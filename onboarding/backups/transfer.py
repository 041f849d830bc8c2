"""Rows of one database written to another, of whichever kind, and the numbers with which both go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from onboarding.backups.refusals import Unusable

AT_A_TIME = 1000
"""Rows that are read and written at once."""


def count_rows(connection: sa.Connection, tables: Sequence[sa.Table]) -> dict[str, int]:
    """How many rows each table has, by its name."""
    count = sa.select(sa.func.count())
    return {table.name: int(connection.execute(count.select_from(table)).scalar_one()) for table in tables}


def copy_rows(
    source: sa.Connection, target: sa.Connection, tables: Sequence[sa.Table], say: Callable[[int], None]
) -> None:
    """Write every row of ``tables`` to ``target``, in its transaction; a table comes after those that it refers to.

    ``say`` hears after each part how many rows were written so far. Raises ``Unusable`` with the table whose rows
    cannot be read or are refused.
    """
    done = 0
    for table in tables:
        try:
            for part in _parts(source, table):
                target.execute(sa.insert(table), part)
                done += len(part)
                say(done)
        except sa.exc.OperationalError:  # the database itself, and no row
            raise
        except (sa.exc.StatementError, LookupError, TypeError, ValueError) as error:
            raise Unusable(
                f"something in the table {table.name} cannot be taken over: {type(error).__name__}"
            ) from None


def next_numbers(connection: sa.Connection, tables: Sequence[sa.Table]) -> dict[str, int]:
    """The number that the next row of each table gets, by the table's name; of tables that count their rows."""
    return {
        table.name: 1 + max(_last_given(connection, table), _highest(connection, table))
        for table in tables
        if table.autoincrement_column is not None
    }


def go_on_from(connection: sa.Connection, tables: Sequence[sa.Table], numbers: Mapping[str, int]) -> None:
    """Have the next row of each table get this number, in the transaction of ``connection``.

    SQLite counts on from the highest number there is, except where the table says that no number comes back.
    """
    for table in tables:
        if table.name not in numbers:
            continue
        if connection.dialect.name == "postgresql":
            restart = f"ALTER SEQUENCE {_sequence(connection, table)} RESTART WITH {int(numbers[table.name])}"
            connection.execute(sa.text(restart))
        elif _never_reuses(table):
            values = {"last": numbers[table.name] - 1, "name": table.name}
            connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)


def _parts(source: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    query = sa.select(table).order_by(*table.primary_key.columns).execution_options(yield_per=AT_A_TIME)
    with source.execute(query) as result:
        for rows in result.mappings().partitions():
            yield [dict(row) for row in rows]


def _last_given(connection: sa.Connection, table: sa.Table) -> int:
    if connection.dialect.name == "postgresql":
        query = (
            f"SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {_sequence(connection, table)}"  # noqa: S608  (a name that the database gave)
        )
        return int(connection.execute(sa.text(query)).scalar_one())
    if not _never_reuses(table):
        return 0
    kept = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int(connection.execute(kept, {"name": table.name}).scalar() or 0)


def _highest(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.max(table.autoincrement_column))).scalar() or 0)


def _never_reuses(table: sa.Table) -> bool:
    """Whether SQLite remembers the highest number of this table, also when that row is gone."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _sequence(connection: sa.Connection, table: sa.Table) -> str:
    """The name of the sequence of a table, quoted where it needs to be."""
    assert table.autoincrement_column is not None
    named = connection.dialect.identifier_preparer.format_table(table)
    query = sa.text("SELECT pg_get_serial_sequence(:table, :column)")
    found = connection.execute(query, {"table": named, "column": table.autoincrement_column.name}).scalar_one()
    return str(found)
