"""A rotation under reads: it is killed halfway and goes on, and no reader fails."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from onboarding import vault
from onboarding.usecases import custody
from tests.conftest import ROOT, environment_in
from tests.unit.custody.conftest import K1, K2, add_clubs, ask, code, use_ring

FIELDS = ("a", "b", "c", "d", "e")


def read(version: int) -> None:
    """Open a code, as a check does."""
    assert vault.unseal(version, "user:1", "checks", ["c"]) == {"c": code(version, "c")}


def sealed_with(key_id: str) -> int:
    ((count,),) = ask("SELECT count(*) FROM sealed_secret WHERE key_id = :k", k=key_id)
    assert isinstance(count, int)
    return count


@pytest.mark.timeout(300)
def test_a_rotation_of_10000_secrets_that_is_killed_again_and_again_goes_on_and_no_reader_fails(
    tmp_path: Path, in_app: Flask
) -> None:
    bindings = add_clubs(2000, fields=FIELDS)
    use_ring(in_app, K2, K1)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate"]
    environment = environment_in(tmp_path, keys=f"{K2},{K1}")
    done, reads = 0, itertools.count()
    for until in (1, 2500, 6000):
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            while sealed_with("k2") < until and process.poll() is None:
                read(bindings[next(reads) * 37 % len(bindings)].version_id)
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        assert max(until, done) <= sealed_with("k2") < 10_000
        done = sealed_with("k2")
        assert sealed_with("k1") == 10_000 - done

    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr
    assert f"{10_000 - done} codes are sealed anew" in ended.stdout
    assert sealed_with("k2") == 10_000
    use_ring(in_app, K2)
    for binding in bindings[::50]:
        expected = {field: code(binding.version_id, field) for field in FIELDS}
        assert vault.unseal(binding.version_id, "user:1", "checks") == expected
    assert custody.verify_log().broken is None
