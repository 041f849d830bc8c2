"""``python -m connectors check visma-eaccounting``: every club, with and without a file that keeps the tokens."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.__main__ import main
from connectors.kit.description import given
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub, at_sandbox
from connectors.visma_eaccounting import CONNECTOR
from connectors.visma_eaccounting.made_up import CLIENT_SECRET, HOST_INPUT, KEY
from tests.connectors.everyone import Providers

Printed = pytest.CaptureFixture[str]
CLUBS = [club for club in CONNECTOR.sandbox().clubs if club.name != "traag"]
"""All but the one that takes longer than a whole call may."""
LONG_AGO = "2020-01-01T00:00:00+00:00"


def file(tmp_path: Path, name: str, content: object) -> str:
    path = tmp_path / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def checked(capsys: Printed, *arguments: str) -> tuple[int, dict[str, str]]:
    code = main(["check", KEY, *arguments, "--json"])
    printed = capsys.readouterr()
    assert "made-up-access" not in printed.out + printed.err
    assert "made-up-refresh" not in printed.out + printed.err
    assert CLIENT_SECRET not in printed.out + printed.err
    return code, {line["check"]: line["outcome"] for line in map(json.loads, printed.out.splitlines())}


def code_for(club: MadeUpClub) -> int:
    mandatory = {outcome for key, outcome in club.expected.items() if CONNECTOR.check(key).mandatory}
    return 1 if Outcome.FAILED in mandatory else 3 if Outcome.UNTESTED in mandatory else 0


@pytest.mark.parametrize("club", CLUBS, ids=lambda club: club.name)
@pytest.mark.parametrize("keeps", [False, True], ids=["without a file", "with --tokens"])
def test_each_club_ends_as_it_says(club: MadeUpClub, keeps: bool, tmp_path: Path, capsys: Printed) -> None:
    handed = file(tmp_path, "input.json", given(club))
    more = ["--tokens", str(tmp_path / "tokens.json")] if keeps else []

    code, lines = checked(capsys, "--input", handed, "--sandbox", *more)

    assert lines == {key: outcome.value for key, outcome in club.expected.items()}
    assert code == code_for(club)


def due(name: str) -> dict[str, object]:
    """The input of a club whose access token is over."""
    handed = given(CONNECTOR.sandbox().club(name))
    return {**handed, "authorization": {**handed["authorization"], "expires_at": LONG_AGO}}


def test_a_token_that_is_due_is_refreshed_into_the_file_and_used_from_there(
    tmp_path: Path, providers: Providers, capsys: Printed
) -> None:
    tokens = tmp_path / "tokens.json"
    handed = file(tmp_path, "input.json", due("goed"))
    host = file(tmp_path, "host.json", dict(HOST_INPUT))
    places = [p for name, url in at_sandbox([CONNECTOR], providers.url).items() for p in ("--at", f"{name}={url}")]

    code, _ = checked(capsys, "--input", handed, "--host-input", host, "--tokens", str(tokens), *places)
    first = json.loads(tokens.read_text(encoding="utf-8"))
    again, _ = checked(capsys, "--input", handed, "--host-input", host, "--tokens", str(tokens), *places)

    assert (code, again) == (0, 0)
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    assert not first["refresh_token"].startswith("made-up")
    assert datetime.fromisoformat(first["expires_at"]) > datetime.now(UTC)
    assert json.loads(tokens.read_text(encoding="utf-8")) == first


def test_the_club_whose_refresh_token_stays_shows_it(tmp_path: Path, capsys: Printed) -> None:
    tokens = tmp_path / "tokens.json"
    handed = given(CONNECTOR.sandbox().club("goed-vast"))

    code, _ = checked(capsys, "--input", file(tmp_path, "input.json", handed), "--sandbox", "--tokens", str(tokens))

    kept = json.loads(tokens.read_text(encoding="utf-8"))
    assert (code, kept["refresh_token"]) == (0, handed["authorization"]["refresh_token"])
    assert kept["access_token"] != handed["authorization"]["access_token"]


def test_without_a_file_it_is_not_refreshed(tmp_path: Path, capsys: Printed) -> None:
    code, lines = checked(capsys, "--input", file(tmp_path, "input.json", due("goed")), "--sandbox")

    assert (code, lines["company_read"]) == (0, "passed")
    assert [path.name for path in tmp_path.iterdir()] == ["input.json"]


@pytest.mark.parametrize("club", ["ingetrokken", "race"])
def test_a_refused_refresh_leaves_no_tokens(club: str, tmp_path: Path, capsys: Printed) -> None:
    tokens = tmp_path / "tokens.json"
    handed = file(tmp_path, "input.json", due(club))

    code, lines = checked(capsys, "--input", handed, "--sandbox", "--tokens", str(tokens))

    assert (code, lines["token_alive"], lines["company_read"]) == (1, "failed", "untested")
    assert not tokens.exists()


def test_without_our_own_client_it_says_what_is_needed(tmp_path: Path, providers: Providers, capsys: Printed) -> None:
    handed = file(tmp_path, "input.json", given(CONNECTOR.sandbox().club("goed")))
    places = [p for name, url in at_sandbox([CONNECTOR], providers.url).items() for p in ("--at", f"{name}={url}")]

    assert main(["check", KEY, "--input", handed, *places]) == 2
    assert "--host-input met client_id, client_secret" in capsys.readouterr().err


def test_a_code_is_handed_in_as_a_consent(tmp_path: Path, capsys: Printed) -> None:
    handed = {"reference": "SV Voorbeeld", "auth_code": "made-up-code-0001"}

    assert main(["check", KEY, "--input", file(tmp_path, "input.json", handed), "--sandbox"]) == 2
    printed = "".join(capsys.readouterr())
    assert "auth_code" in printed
    assert "made-up-code-0001" not in printed
