"""Every page stays light: at most 12 queries and 40 kB of HTML."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from demo.cast import ANS, BRAM
from tests.web.access_table import ROLES, TABLE, Gets, Row
from tests.web.queries import counted
from tests.web.stage import Stage, browser, build, open_app
from tests.web.test_access import ask

MOST_QUERIES = 12
MOST_BYTES = 40_000
PAGES = [row for row in TABLE if row.method == "GET" and not row.path.startswith("/static")]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Stage:
    folder = tmp_path_factory.mktemp("stage")
    shutil.copy(empty_database, folder)
    return build(folder)


@pytest.fixture(scope="module")
def app(stage: Stage) -> Flask:
    return open_app(stage.original.parent)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.path)
def test_a_page_is_light(app: Flask, stage: Stage, row: Row) -> None:
    for role, person in (("own club", ANS), ("support", BRAM)):
        if row.gets[ROLES.index(role)] is not Gets.IN:
            continue
        client = browser(app, person)
        ask(client, row, stage)
        with counted() as queries:
            answer = ask(client, row, stage)
        assert len(queries) <= MOST_QUERIES, queries
        assert len(answer.get_data()) <= MOST_BYTES
