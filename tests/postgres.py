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


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives the address of its first database, without a password, on loopback alone."""
    assert BINARIES is not None
    folder = Path(tempfile.mkdtemp(prefix="koppelbalie-postgres-"))
    port = _free_port()
    try:
        _give_to_servant(folder)
        _run("initdb", "--auth=trust", "--username=tests", "--no-sync", "--encoding=UTF8", "-D", str(folder / "data"))
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", "-o", options, "start")
        yield f"postgresql+psycopg://tests@127.0.0.1:{port}/postgres"
    finally:
        with suppress(subprocess.CalledProcessError):
            _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def new_database(address: str) -> str:
    """The address of a new empty database on the server at ``address``."""
    import sqlalchemy as sa

    name = f"t{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{address.rsplit('/', 1)[0]}/{name}"


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
