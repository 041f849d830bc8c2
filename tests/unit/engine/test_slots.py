"""A slot has one holder, and is free when its holder is gone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from onboarding.engine.slots import SLOTS, NoFreeSlot, abandoned, name_of, number_of, take_slot, try_slot
from tests import postgres

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys, sqlalchemy as sa
from onboarding.engine.slots import take_slot
slot = take_slot(sa.create_engine(sys.argv[1]))
print(slot.number, flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        yield sa.create_engine(f"sqlite:///{tmp_path / 'database'}")
        return
    with postgres.server() as address:
        made = sa.create_engine(address)
        yield made
        made.dispose()


def test_each_holder_gets_the_lowest_free_slot(engine: sa.Engine) -> None:
    first, second = take_slot(engine), take_slot(engine)
    assert (first.number, second.number) == (0, 1)
    assert first.is_held()

    first.release()
    third = take_slot(engine)

    assert third.number == 0
    assert try_slot(engine, 1) is None
    second.release()
    third.release()


def test_a_killed_holder_leaves_its_slot_to_be_found(engine: sa.Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "0\n"
    mine = take_slot(engine)
    assert mine.number == 1
    with abandoned(engine, [0]) as numbers:
        assert numbers == ()

    holder.kill()
    holder.communicate()

    for _ in range(50):
        with abandoned(engine, [0, 1]) as numbers:
            if numbers:
                break
        time.sleep(0.1)
    assert numbers == (0,)
    mine.release()


def test_while_we_look_at_an_abandoned_slot_nobody_takes_it(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'database'}")

    with abandoned(engine, [0]) as numbers:
        assert numbers == (0,)
        assert try_slot(engine, 0) is None
    freed = try_slot(engine, 0)
    assert freed is not None
    freed.release()


def test_a_lost_connection_is_a_lost_slot(engine: sa.Engine) -> None:
    slot = take_slot(engine)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            ).all()
        assert not slot.is_held()
    else:
        assert slot.is_held()
    slot.release()


def test_when_all_slots_are_taken_it_says_so(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'database'}")
    held = [take_slot(engine) for _ in range(SLOTS)]

    with pytest.raises(NoFreeSlot, match=f"all {SLOTS} slots"):
        take_slot(engine)

    for slot in held:
        slot.release()


def test_a_slot_and_its_name_belong_together() -> None:
    assert name_of(3) == "slot-3"
    assert number_of("slot-3") == 3
    assert number_of("local") is None
    assert number_of(None) is None
