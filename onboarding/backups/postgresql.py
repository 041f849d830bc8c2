"""Copies of a PostgreSQL database, made and put back with its own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from onboarding.backups.refusals import Unusable


def copy_out(url: sa.URL, target: Path, snapshot: str) -> None:
    """Write the database as it is in ``snapshot`` to a file. Raises ``Unusable``."""
    _run("pg_dump", url, "--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={target}")


def copy_in(source: Path, url: sa.URL) -> None:
    """Put a copy in the place of the database, in one transaction: all of it or nothing. Raises ``Unusable``."""
    _run(
        "pg_restore", url, "--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner",
        "--no-privileges", f"--dbname={url.database}", str(source),
    )  # fmt: skip


def export_snapshot(connection: sa.Connection) -> str:
    """The name of what this transaction sees, for others to see the same. The transaction has to stay open."""
    return str(connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one())


def others_on(connection: sa.Connection) -> int:
    """How many others are connected to this database."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"  # the server's own cleaners come and go
    )
    return int(connection.execute(sa.text(query)).scalar_one())


def engine_on(url: sa.URL) -> sa.Engine:
    """An engine on a database that is not the app's own; it keeps no connection."""
    return sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True, connect_args={"connect_timeout": 10})


def hold_still(connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Let nobody write to ``tables`` until the transaction ends; reading goes on. Its turn has to come within 10 s."""
    names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
    connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
    connection.execute(sa.text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _run(program: str, url: sa.URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Unusable(f"{program} is not installed; on Debian and Ubuntu: apt-get install postgresql-client")
    command = [found, *arguments]
    done = subprocess.run(command, env=_environment(url), capture_output=True, text=True, check=False)  # noqa: S603  (nothing in it was typed by anybody)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise Unusable(f"{program} failed: {last[0]}")


def _environment(url: sa.URL) -> dict[str, str]:
    """How to connect, where no list of processes shows it."""
    known = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
    }
    outside = {name: value for name, value in os.environ.items() if not name.startswith("KOPPELBALIE_")}
    return outside | {name: str(value) for name, value in known.items() if value}
