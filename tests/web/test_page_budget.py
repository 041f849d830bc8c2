"""Every page stays light: at most 12 queries and 40 kB of HTML."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from demo.cast import ANS, BRAM
from tests.web.access_table import ROLES, TABLE, Gets, Row
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


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that read or write data meanwhile; beginning and ending a transaction is none."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
