"""A PostgreSQL server of the tests' own, in a folder of its own, when this machine has one installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def _binaries() -> Path | None:
    """Where the newest server's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


BINARIES = _binaries()


class Server:
    """A server of PostgreSQL in a folder of its own, on loopback alone and without passwords."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="koppelbalie-postgres-"))
        self._port = _free_port()
        _give_to_servant(self._folder)
        data = str(self._folder / "data")
        _run("initdb", "--auth=trust", "--username=tests", "--no-sync", "--encoding=UTF8", "-D", data)

    @property
    def address(self) -> str:
        """The address of its first database."""
        return f"postgresql+psycopg://tests@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=off"
        )
        self._control("-l", str(self._folder / "log"), "-w", "-o", f"{options} -c max_connections=200", "start")

    def stop(self) -> None:
        """Stop it at once, as when its machine fails; one that stands still already is no error."""
        with suppress(subprocess.CalledProcessError):
            self._control("-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop it, and leave nothing of it."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        _run("pg_ctl", "-D", str(self._folder / "data"), *arguments)


@contextmanager
def own_server() -> Iterator[Server]:
    """A running server that a test may stop and start."""
    made = Server()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives the address of its first database."""
    with own_server() as made:
        yield made.address


def new_database(address: str, template: str = "") -> str:
    """The address of a new database on the server at ``address``: empty, or a copy of the one at ``template``."""
    name = f"t{uuid.uuid4().hex[:12]}"
    _command(address, f"CREATE DATABASE {name}{_like(template)}")
    return f"{address.rsplit('/', 1)[0]}/{name}"


def drop(address: str) -> None:
    """Drop the database at this address, whoever still uses it: hundreds of them would fill the disk."""
    _command(address, f"DROP DATABASE {address.rsplit('/', 1)[1]} WITH (FORCE)")


def bring_back(address: str, template: str) -> None:
    """Make the database at this address, which nobody uses any more, anew as a copy of the one at ``template``."""
    drop(address)
    _command(address, f"CREATE DATABASE {address.rsplit('/', 1)[1]}{_like(template)}")


def _like(template: str) -> str:
    return f" TEMPLATE {template.rsplit('/', 1)[1]}" if template else ""


def _command(address: str, command: str) -> None:
    """Have the server at this address do it; straight by the driver, as an engine made for one command costs more."""
    import psycopg

    server = address.rsplit("/", 1)[0].replace("+psycopg", "")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(command.encode())


def everything_in(address: str) -> bytes:
    """Every row of every table of the database at this address, also of the job engine's, as PostgreSQL writes it."""
    import sqlalchemy as sa

    engine, rows = sa.create_engine(address), []
    with engine.connect() as connection:
        found = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_%'"
        for (table,) in connection.execute(sa.text(found)).all():
            rows += [row for (row,) in connection.exec_driver_sql(f"SELECT t::text FROM {table} t")]
    engine.dispose()
    return "\n".join(rows).encode()


def _run(program: str, *arguments: str) -> None:
    """Run one of the server's programs; it refuses root, so root has somebody else do it."""
    assert BINARIES is not None
    before = ["setpriv", "--reuid", _servant(), "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run(
        [*before, str(BINARIES / program), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/"},
        timeout=60,
    )


def _servant() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _give_to_servant(folder: Path) -> None:
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(_servant()).pw_uid, -1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    began = time.monotonic()
    with server() as address:
        print(address, f"up in {time.monotonic() - began:.1f} s")
