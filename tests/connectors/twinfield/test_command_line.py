"""``python -m connectors check twinfield``: every club, with and without a file of tokens; other servers."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.__main__ import main
from connectors.kit.description import given as as_input
from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.sandbox import at_sandbox
from connectors.twinfield import CONNECTOR
from connectors.twinfield.made_up import CODE_GOOD, HOST_INPUT, KEY
from tests.connectors.everyone import Providers

Printed = pytest.CaptureFixture[str]
CLUBS = [club.name for club in CONNECTOR.sandbox().clubs if club.name != "traag"]
"""All but the one that answers after forty seconds."""


def write(path: Path, body: object) -> str:
    path.write_text(json.dumps(body), encoding="utf-8")
    return str(path)


def input_of(club: str, **changes: object) -> dict[str, Any]:
    return {**as_input(CONNECTOR.sandbox().club(club)), **changes}


def outcomes(capsys: Printed) -> dict[str, str]:
    return {line["check"]: line["outcome"] for line in map(json.loads, capsys.readouterr().out.splitlines())}


def at(providers: Providers) -> list[str]:
    places = at_sandbox([CONNECTOR], providers.url)
    return [part for host, url in places.items() for part in ("--at", f"{host}={url}")]


@pytest.mark.parametrize("with_file", [False, True], ids=["plain", "with a file"])
@pytest.mark.parametrize("club", CLUBS)
def test_every_club_ends_as_it_says(club: str, with_file: bool, tmp_path: Path, capsys: Printed) -> None:
    tokens = ["--tokens", str(tmp_path / "tokens.json")] if with_file else []
    file = write(tmp_path / "input.json", input_of(club))

    code = main(["check", KEY, "--input", file, "--sandbox", "--json", *tokens])

    expected = dict(CONNECTOR.sandbox().club(club).expected)
    assert outcomes(capsys) == expected
    mandatory = {expected[check.key] for check in CONNECTOR.checks if check.mandatory}
    assert code == (1 if "failed" in mandatory else 3 if "untested" in mandatory else 0)


def test_a_pair_is_refreshed_only_with_a_file_and_kept_there_before_it_is_used(tmp_path: Path, capsys: Printed) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    pair = {"access_token": made_up_access(KEY, "toestemming"), "refresh_token": made_up_refresh(KEY, "toestemming")}
    file = write(tmp_path / "input.json", input_of("toestemming", authorization={**pair, "expires_at": soon}))
    kept = tmp_path / "tokens.json"

    assert main(["check", KEY, "--input", file, "--sandbox", "--json"]) == 0
    assert not kept.exists()
    assert main(["check", KEY, "--input", file, "--sandbox", "--json", "--tokens", str(kept)]) == 0

    new = json.loads(kept.read_text(encoding="utf-8"))
    assert new["access_token"] != pair["access_token"]
    assert new["refresh_token"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    printed = "".join(capsys.readouterr())
    assert not [secret for secret in (*pair.values(), new["access_token"]) if secret in printed]


def test_a_code_is_exchanged_and_its_tokens_are_kept(tmp_path: Path, capsys: Printed) -> None:
    handed = {"code": CODE_GOOD, "redirect_uri": "https://club-assistent.example/terug"}
    file = write(tmp_path / "input.json", {"office": "001", "authorization": handed})
    kept = tmp_path / "tokens.json"

    assert main(["check", KEY, "--input", file, "--sandbox", "--json", "--tokens", str(kept)]) == 0
    assert json.loads(kept.read_text(encoding="utf-8"))["refresh_token"]
    assert outcomes(capsys)["login"] == "passed"


def test_by_password_it_needs_no_keys_of_the_host(tmp_path: Path, providers: Providers, capsys: Printed) -> None:
    file = write(tmp_path / "input.json", input_of("goed"))
    assert main(["check", KEY, "--input", file, "--json", *at(providers)]) == 0
    assert outcomes(capsys)["login"] == "passed"


def test_by_consent_it_does(tmp_path: Path, providers: Providers, capsys: Printed) -> None:
    file = write(tmp_path / "input.json", input_of("toestemming"))
    assert main(["check", KEY, "--input", file, "--json", *at(providers)]) == 1
    lines = {line["check"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert (lines["login"]["error"], lines["login"]["owner"]) == ("HostMisconfigured", "us")

    keys = write(tmp_path / "host.json", dict(HOST_INPUT))
    assert main(["check", KEY, "--input", file, "--json", "--host-input", keys, *at(providers)]) == 0


def test_a_server_below_the_domain_can_be_sent_elsewhere_too(
    tmp_path: Path, providers: Providers, capsys: Printed
) -> None:
    file = write(tmp_path / "input.json", input_of("goed"))
    more = ["--at", f"c4.twinfield.com={providers.url}/accounting.twinfield.com"]
    assert main(["check", KEY, "--input", file, "--json", *at(providers), *more]) == 0
    assert main(["check", KEY, "--input", file, "--at", f"twinfield.evil.example={providers.url}"]) == 2
    assert "*.twinfield.com" in capsys.readouterr().err


def test_wrong_keys_of_the_host_are_not_the_clubs_fault(tmp_path: Path, providers: Providers, capsys: Printed) -> None:
    file = write(tmp_path / "input.json", input_of("toestemming"))
    keys = write(tmp_path / "host.json", {**HOST_INPUT, "client_secret": "made-up-and-wrong"})
    assert main(["check", KEY, "--input", file, "--json", "--host-input", keys, *at(providers)]) == 1
    lines = {line["check"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert (lines["login"]["error"], lines["login"]["owner"]) == ("HostMisconfigured", "us")
    assert lines["login"]["remedy"] == "Hier hoef je niets aan te doen."
