"""``python -m connectors check snelstart``: the host's own keys come by themselves, from a file, or are asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.__main__ import main
from connectors.kit.sandbox import at_sandbox
from connectors.snelstart import CONNECTOR
from connectors.snelstart.made_up import HOST_INPUT
from tests.connectors.everyone import Providers

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """The input of the made-up club for which all is well, with a yes as programs write it."""
    path = tmp_path / "input.json"
    path.write_text(json.dumps({**CONNECTOR.sandbox().club("goed").input, "direct_debit": True}), encoding="utf-8")
    return path


def at(providers: Providers) -> list[str]:
    places = at_sandbox([CONNECTOR], providers.url)
    return [part for host, url in places.items() for part in ("--at", f"{host}={url}")]


def test_the_sandbox_brings_the_hosts_keys(given: Path, capsys: Printed) -> None:
    assert main(["check", "snelstart", "--input", str(given), "--sandbox", "--json"]) == 0

    lines = {line["check"]: line["outcome"] for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert lines == dict(CONNECTOR.sandbox().club("goed").expected)


def test_elsewhere_they_come_from_a_file(given: Path, tmp_path: Path, providers: Providers, capsys: Printed) -> None:
    file = tmp_path / "host.json"
    file.write_text(json.dumps({"subscription_key": HOST_INPUT["subscription_key"]}), encoding="utf-8")

    assert main(["check", "snelstart", "--input", str(given), "--host-input", str(file), *at(providers)]) == 0
    assert HOST_INPUT["subscription_key"] not in "".join(capsys.readouterr())


def test_a_wrong_key_of_the_host_fails_and_says_that_the_club_need_do_nothing(
    given: Path, tmp_path: Path, providers: Providers, capsys: Printed
) -> None:
    file = tmp_path / "host.json"
    file.write_text(json.dumps({"subscription_key": "0000madeupandwrong"}), encoding="utf-8")

    assert main(["check", "snelstart", "--input", str(given), "--host-input", str(file), *at(providers), "--json"]) == 1

    lines = {line["check"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    failed = lines["host_subscription"]
    assert (failed["outcome"], failed["owner"], failed["error"]) == ("failed", "us", "HostMisconfigured")
    assert failed["remedy"] == "Hier hoef je niets aan te doen."


def test_without_them_it_says_which_are_needed(given: Path, providers: Providers, capsys: Printed) -> None:
    assert main(["check", "snelstart", "--input", str(given), *at(providers)]) == 2
    assert "--host-input met subscription_key" in capsys.readouterr().err


@pytest.mark.parametrize(("club", "code"), [("onbekend", 1), ("abonnement", 1), ("storing", 3), ("oudtarief", 0)])
def test_the_exit_code_says_how_it_went(club: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "input.json"
    path.write_text(json.dumps(dict(CONNECTOR.sandbox().club(club).input)), encoding="utf-8")

    assert main(["check", "snelstart", "--input", str(path), "--sandbox", "--json"]) == code


def test_what_is_no_yes_or_no_is_told_beside_its_field(given: Path, capsys: Printed) -> None:
    given.write_text(json.dumps({"koppelsleutel": "made-up", "direct_debit": "misschien"}), encoding="utf-8")

    assert main(["check", "snelstart", "--input", str(given), "--sandbox"]) == 2
    assert "direct_debit: Kies ja of nee." in capsys.readouterr().err
