"""``flask connections import``: what operations read."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from flask import Flask

HEAD = "club,package,identity\n"


def run(app: Flask, file: Path, text: str, *options: str) -> Result:
    file.write_text(HEAD + text, encoding="utf-8")
    return app.test_cli_runner().invoke(args=["connections", "import", str(file), *options])


def test_it_says_what_was_done(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    line = "SV Voorbeeld,e-boekhouden,svv\n"

    assert (
        "Would take over 1 connections and 1 new clubs." in run(app, file, line, "--dry-run", "--create-clubs").stdout
    )
    done = run(app, file, line, "--create-clubs")
    assert (done.exit_code, done.stdout) == (0, "Took over 1 connections and 1 new clubs.\n")
    assert (
        "Took over 1 connections.\n"
        in run(app, file, "SV Voorbeeld,snelstart," + "0" * 8 + "-0000" * 3 + "-" + "0" * 12).stdout
    )


def test_it_names_every_line_that_is_wrong_up_to_fifty(app: Flask, tmp_path: Path) -> None:
    done = run(app, tmp_path / "list.csv", "Nobody,e-boekhouden,svv\n" * 60)

    assert done.exit_code == 1
    assert "line 2: there is no club Nobody; add it first, or use --create-clubs" in done.stderr
    assert "Nothing was taken over." in done.stderr
    assert "more\n" in done.stderr


def test_a_file_that_is_not_there_is_bad_usage(app: Flask, tmp_path: Path) -> None:
    assert app.test_cli_runner().invoke(args=["connections", "import", str(tmp_path / "none")]).exit_code == 2
