"""kill -9 at every write of what matters: what was said is there, nothing is half in force, and it ends well."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import connectors
from connectors.kit.sandbox import emulators, serve
from onboarding import create_app
from onboarding.db import db, session
from tests import postgres
from tests.conftest import BOTH, ROOT, environment_in, settings_in
from tests.load.dying.stories import STORIES, Facts
from tests.unit.usecases.conftest import EB, Desk, Provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    server = serve(emulators((connectors.get(EB),)))
    yield Provider(server.url)
    server.shutdown()


class Dying:
    """The process whose children die, with a database that is brought back for each of them."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self._url = url
        self._original = ""
        self._about: dict[str, object] = {}

    @property
    def at_commits_only(self) -> bool:
        """Whether it dies around commits alone: bringing a whole database back is dear on PostgreSQL."""
        return not self._url.startswith("sqlite")

    def begin(self, story: str, facts: Facts, original: str) -> None:
        """Tell this story from now on, each time from the database at ``original``."""
        self._about, self._original = {"story": story, "facts": facts}, original
        self.bring_back()
        self._ask("warm up")
        self.bring_back()

    def bring_back(self) -> None:
        """The database as it was, with nothing left of what was done since."""
        if self.at_commits_only:
            postgres.bring_back(self._url, self._original)
            return
        file = Path(self._url.removeprefix("sqlite:///"))
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        shutil.copy(self._original.removeprefix("sqlite:///"), file)

    def it(self, at: int) -> tuple[list[str], int | None]:
        """Do it, and die at that point; what was said until then, and the number of points when it did not die."""
        told = self._ask("it", at=at, commits_only=self.at_commits_only)
        return [word for what, word in told if what == "said"], dict(told).get("points")

    def look(self, said: list[str]) -> str:
        """Assert that it is whole; the mark of what is there."""
        return str(dict(self._ask("look", said=said))["mark"])

    def end(self) -> object:
        """Do it again, to its end; what came of it."""
        return dict(self._ask("end"))["outcome"]

    def _ask(self, do: str, **more: object) -> list[tuple[str, Any]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps({'do': do, **self._about, **more})}\n")
        self._process.stdin.flush()
        told = [(what, value) for what, value in json.loads(self._process.stdout.readline())]
        assert not [value for what, value in told if what == "problem"], dict(told)["problem"]
        return told


@contextmanager
def dying(folder: Path, url: str, at: str) -> Iterator[Dying]:
    environment = environment_in(folder, database_url=url, at=at, log_level="ERROR")
    command = [sys.executable, "-m", "tests.load.dying"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Dying(process, url)
        assert process.stdin is not None
        process.stdin.close()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory, empty_database: Path, provider: Provider) -> Iterator[Dying]:
    folder = tmp_path_factory.mktemp("dying")
    shutil.copy(empty_database, folder / "dying.sqlite")
    with dying(folder, f"sqlite:///{folder / 'dying.sqlite'}", provider.at) as process:
        yield process


@pytest.fixture(scope="module")
def on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, provider: Provider
) -> Iterator[Dying]:
    url = postgres.new_database(postgres_server)
    with dying(tmp_path_factory.mktemp("dying"), url, provider.at) as process:
        yield process
    postgres.drop(url)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", BOTH, indirect=True)
@pytest.mark.parametrize("story", STORIES)
def test_killed_at_any_write_it_is_whole_and_ends_as_if_nothing_happened(
    story: str, database_url: str, tmp_path: Path, provider: Provider, request: pytest.FixtureRequest
) -> None:
    with create_app(settings_in(tmp_path, database_url=database_url, at=provider.at)).app_context():
        facts = STORIES[story].prepare(Desk())
        session().close()
        db.engine.dispose()
    on = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    process: Dying = request.getfixturevalue(f"on_{on}")
    process.begin(story, facts, database_url)
    said, points = process.it(0)
    marks = {process.look(said)}
    expected = process.end()
    assert points is not None

    for at in range(1, points + 1):
        process.bring_back()
        said, ended = process.it(at)
        assert ended is None
        mark = process.look(said)
        if mark not in marks or at == points:  # of writes that were not committed all leave the same
            assert process.end() == expected, at
        marks.add(mark)

    assert len(marks) >= 2, "what was not committed, and what was"
