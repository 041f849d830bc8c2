"""What custody costs: sealing, a rotation under reads, verifying the log, a restore."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from onboarding import create_app
from onboarding.audit.chain import Content, chain_key, chained
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.keys import KeyRing
from onboarding.usecases import custody
from onboarding.usecases.backing_up import back_up, restore
from onboarding.vault import Binding, rotation
from onboarding.vault.envelope import close, open_up
from onboarding.vault.rows import of
from tests.conftest import ROOT, environment_in, settings_in

SECRETS = 100_000
TICKETS = 100_000
RECORDS = 1_000_000
K1, K2 = (f"k{number}:{b64encode(bytes([number]) * 32).decode()}" for number in (1, 2))
"""Made-up keys."""
AT = "2026-01-01 00:00:00.000000"

Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """The figures of custody, each as ``figure, value, unit, goal, holds``."""
    yield _at_most("seal and open a code", _seal_and_open(), "µs", 50.0)
    folder = Path(tempfile.mkdtemp(prefix="koppelbalie-bench-"))
    try:
        yield from _rotation(_place(folder, "rotation"))
        yield from _verifying(_place(folder, "log"))
        yield from _restoring(_place(folder, "saved"), _place(folder, "restored"))
    finally:
        shutil.rmtree(folder)


def _seal_and_open(times: int = 5000) -> float:
    """Microseconds for both together, the best of five: others on this machine are not what is measured."""
    ring, here, value = KeyRing.parse(K1), Binding(1, 2, 3), "made-up-code-of-a-club-0123456789"

    def once() -> float:
        began = time.perf_counter()
        for _ in range(times):
            open_up(ring, close(ring, value, here, "security_code_1"), here, "security_code_1")
        return (time.perf_counter() - began) / times * 1_000_000

    return min(once() for _ in range(5))


def _rotation(folder: Path) -> Iterator[Figure]:
    """Rotate in a process of its own, and read here meanwhile."""
    ring = KeyRing.parse(K1)
    with closing(_direct(folder)) as direct:
        _fill_clubs(direct, SECRETS)
        sealed = (
            (number, close(ring, f"made-up-{number}", Binding(number, number, number), "f"))
            for number in range(1, SECRETS + 1)
        )
        direct.executemany(
            "INSERT INTO sealed_secret (version_id, field, key_id, wrapped_key, sealed, sealed_at)"
            " VALUES (?,'f',?,?,?,?)",
            ((number, one.key_id, one.wrapped_key, one.sealed, AT) for number, one in sealed),
        )
        _fill_log(direct, ring, 1)
        direct.commit()
    with create_app(settings_in(folder, keys=f"{K2},{K1}")).app_context():
        idle = [_read(number) for number in range(1, 3001)]
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate"]
        environment = environment_in(folder, keys=f"{K2},{K1}")
        began, times = time.perf_counter(), []
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                times.append(_read(len(times) * 7919 % SECRETS + 1))
        took = time.perf_counter() - began
        left = rotation.count_older(session(), KeyRing.parse(K2))
        session().rollback()
    if process.returncode or left:
        raise RuntimeError(f"{left} secrets were left")
    yield _at_most(f"rotation of {SECRETS} secrets under reads, none of {len(times)} of which failed", took, "s", 60.0)
    yield _at_most("a read meanwhile against one when nothing else goes on, p95", _p95(times) / _p95(idle), "x", 2.0)


def _read(number: int) -> float:
    """Seconds to find and open a code; it raises when it cannot."""
    began = time.perf_counter()
    (envelope,) = of(session(), number, None).values()
    session().rollback()
    value = open_up(KeyRing.parse(f"{K2},{K1}"), envelope, Binding(number, number, number), "f")
    if value != f"made-up-{number}":
        raise RuntimeError("a wrong value")
    return time.perf_counter() - began


def _verifying(folder: Path) -> Iterator[Figure]:
    with closing(_direct(folder)) as direct:
        _fill_log(direct, KeyRing.parse(K1), RECORDS)
        direct.commit()
    with create_app(settings_in(folder, keys=K1)).app_context():
        began = time.perf_counter()
        verdict = custody.verify_log()
        took = time.perf_counter() - began
    if verdict.broken is not None or verdict.count != RECORDS:
        raise RuntimeError("the log is not whole")
    yield _at_most(f"verify {RECORDS} records of the log", took, "s", 30.0)


def _restoring(source: Path, target: Path) -> Iterator[Figure]:
    file = source / "saved.backup"
    with closing(_direct(source)) as direct:
        _fill_clubs(direct, TICKETS)
        _fill_tickets(direct, TICKETS)
        _fill_log(direct, KeyRing.parse(K1), TICKETS)
        direct.commit()
    with create_app(settings_in(source, keys=K1)).app_context():
        began = time.perf_counter()
        back_up(file)
        saving = time.perf_counter() - began
        db.engine.dispose()
    with create_app(settings_in(target, keys=K1)).app_context():
        began = time.perf_counter()
        restore(file)
        took = time.perf_counter() - began
        db.engine.dispose()
    with closing(_direct(target)) as direct:
        if direct.execute("SELECT count(*) FROM ticket").fetchone() != (TICKETS,):
            raise RuntimeError("tickets are missing")
    yield _at_most(f"save {TICKETS} tickets to a file of {file.stat().st_size >> 20} MiB", saving, "s", 60.0)
    yield _at_most(f"restore {TICKETS} tickets", took, "s", 60.0)


def _place(folder: Path, name: str) -> Path:
    """A folder with an empty database at the newest revision."""
    place = folder / name
    place.mkdir()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=environment_in(place, keys=K1), check=True, stdout=subprocess.DEVNULL)
    return place


def _direct(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "koppelbalie.sqlite")


def _fill_clubs(direct: sqlite3.Connection, count: int) -> None:
    """Clubs, connections and versions with the numbers 1 to ``count``."""
    numbers = range(1, count + 1)
    direct.executemany(
        "INSERT INTO club (id, name, created_at) VALUES (?,?,?)", ((n, f"Club {n}", AT) for n in numbers)
    )
    direct.executemany(
        "INSERT INTO connection (id, club_id, package, state, created_at) VALUES (?,?,'e-boekhouden','pending',?)",
        ((n, n, AT) for n in numbers),
    )
    direct.executemany(
        "INSERT INTO credential_version (id, connection_id, number, state, revision, shown, readings, errors, swap,"
        " options, created_at) VALUES (?,?,1,'candidate',1,'{}','{}','{}','[]','{}',?)",
        ((n, n, AT) for n in numbers),
    )


def _fill_tickets(direct: sqlite3.Connection, count: int) -> None:
    """A ticket for each of the clubs, by one user."""
    direct.execute(
        "INSERT INTO user (id, email, name, active, fs_uniquifier, language, created_at)"
        " VALUES (1,'a@b.example','Ans',1,'u','nl',?)",
        (AT,),
    )
    summary = json.dumps({"o": [["login", "passed", "club", True]] * 8})
    direct.executemany(
        "INSERT INTO ticket (id, club_id, connection_id, version_id, package, kind, state, turn, opened_by, version,"
        " step, attested, summary, to_fix, last_move, last_move_at, news_for_support, news_for_club, opened_at,"
        " waiting_since) VALUES (?,?,?,?,'e-boekhouden','connect','submitted','support',1,1,'codes','[]',?,'[]',"
        "'submit',?,0,0,?,?)",
        ((1000 + n, n, n, n, summary, AT, AT, AT) for n in range(1, count + 1)),
    )


def _fill_log(direct: sqlite3.Connection, ring: KeyRing, count: int) -> None:
    """A whole chain of that many records."""
    key, at, data = chain_key(ring, "k1"), now(), {"fields": ["security_code_1"], "purpose": "checks"}
    moment, text = at.strftime("%Y-%m-%d %H:%M:%S.%f"), json.dumps(data)

    def rows() -> Iterator[tuple[str, ...]]:
        before = ""
        for number in range(count):
            subject = f"secret:{number}"
            before = chained(key, before, Content(at, "user:1", "secret:unsealed", subject, data, "k1"))
            yield (moment, "user:1", "secret:unsealed", subject, text, "k1", before)

    direct.executemany(
        "INSERT INTO audit_record (at, actor, event, subject, data, key_id, chained) VALUES (?,?,?,?,?,?,?)", rows()
    )


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _at_most(figure: str, value: float, unit: str, goal: float) -> Figure:
    return {"figure": figure, "value": round(value, 3), "unit": unit, "goal": f"<= {goal}", "holds": value <= goal}


if __name__ == "__main__":
    os.chdir(ROOT)
    for one in figures():
        print(json.dumps(one, ensure_ascii=False), flush=True)
