"""``python -m connectors check exact-online``: every made-up club, with and without a file that keeps its tokens."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from connectors.__main__ import main
from connectors.exact_online import CONNECTOR
from connectors.exact_online.made_up import BACK, CLUBS, HOST_INPUT, KEY
from connectors.kit.description import given as handed_over
from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub, at_sandbox
from tests.connectors.everyone import Providers

Printed = pytest.CaptureFixture[str]
QUICK = [club for club in CLUBS if club.name != "traag"]
"""The slow one waits for a whole deadline; the contract tests have a shorter one."""
LONG_AGO = {"obtained_at": "2026-01-01T12:00:00+00:00", "expires_at": "2026-01-01T12:10:00+00:00"}


def written(tmp_path: Path, club: MadeUpClub, **changes: Any) -> Path:
    path = tmp_path / "input.json"
    path.write_text(json.dumps({**handed_over(club), **changes}), encoding="utf-8")
    return path


def goed() -> MadeUpClub:
    return CONNECTOR.sandbox().club("goed")


def code_of_exit(club: MadeUpClub) -> int:
    mandatory = {club.expected[check.key] for check in CONNECTOR.checks if check.mandatory}
    return 1 if Outcome.FAILED in mandatory else 3 if Outcome.UNTESTED in mandatory else 0


def outcomes(printed: Printed) -> dict[str, str]:
    return {line["check"]: line["outcome"] for line in map(json.loads, printed.readouterr().out.splitlines())}


@pytest.mark.parametrize("with_file", [False, True], ids=["tokens from the input", "tokens kept in a file"])
@pytest.mark.parametrize("club", QUICK, ids=lambda club: club.name)
def test_every_club_ends_as_it_says(club: MadeUpClub, with_file: bool, tmp_path: Path, capsys: Printed) -> None:
    more = ["--tokens", str(tmp_path / "tokens.json")] if with_file else []

    code = main(["check", KEY, "--input", str(written(tmp_path, club)), "--sandbox", "--json", *more])

    assert outcomes(capsys) == dict(club.expected)
    assert code == code_of_exit(club)


def test_a_refresh_happens_with_a_file_alone_and_the_new_pair_is_in_it(tmp_path: Path, capsys: Printed) -> None:
    tokens = {"access_token": made_up_access(KEY, "goed"), "refresh_token": made_up_refresh(KEY, "goed"), **LONG_AGO}
    path, kept = written(tmp_path, goed(), authorization=tokens), tmp_path / "tokens.json"

    assert main(["check", KEY, "--input", str(path), "--sandbox", "--json"]) == 0
    assert outcomes(capsys) == dict(goed().expected)
    assert not kept.exists()

    assert main(["check", KEY, "--input", str(path), "--sandbox", "--json", "--tokens", str(kept)]) == 0
    assert outcomes(capsys) == dict(goed().expected)
    pair = json.loads(kept.read_text(encoding="utf-8"))
    assert pair["refresh_token"] not in (None, tokens["refresh_token"])
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_code_in_the_fallback_field_is_told_where_it_belongs(tmp_path: Path, capsys: Printed) -> None:
    path = written(tmp_path, goed(), auth_code="stampNL001.made-up!code")

    assert main(["check", KEY, "--input", str(path), "--sandbox"]) == 2
    said = capsys.readouterr().err
    assert "auth_code" in said
    assert "made-up!code" not in said


def test_a_code_with_its_address_is_exchanged(tmp_path: Path, providers: Providers, capsys: Printed) -> None:
    path = written(tmp_path, goed(), authorization={"code": "stampNL001.made-up!never given", "redirect_uri": BACK})
    keys = tmp_path / "host.json"
    keys.write_text(json.dumps(HOST_INPUT), encoding="utf-8")
    at = [part for host, url in at_sandbox([CONNECTOR], providers.url).items() for part in ("--at", f"{host}={url}")]

    assert main(["check", KEY, "--input", str(path), "--host-input", str(keys), "--json", *at]) == 1

    lines = {line["check"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert (lines["code_exchanged"]["error"], lines["code_exchanged"]["fields"]) == ("ConsentExpired", ["auth_code"])


def test_a_wrong_secret_of_the_host_shows_nothing_of_it(tmp_path: Path, capsys: Printed) -> None:
    keys = tmp_path / "host.json"
    keys.write_text(json.dumps({**HOST_INPUT, "client_secret": "made-up-and-wrong"}), encoding="utf-8")
    code = CONNECTOR.sandbox().club("code-oud")
    path = written(tmp_path, code)

    assert main(["check", KEY, "--input", str(path), "--host-input", str(keys), "--sandbox", "--json"]) == 1

    printed = capsys.readouterr()
    line = json.loads(printed.out.splitlines()[0])
    assert (line["outcome"], line["owner"], line["error"]) == ("failed", "us", "HostMisconfigured")
    assert "made-up-and-wrong" not in printed.out + printed.err


def test_a_description_gives_each_consent_as_an_object(capsys: Printed) -> None:
    assert main(["describe", KEY, "--sandbox", "--json"]) == 0

    described = json.loads(capsys.readouterr().out)
    assert described["budget"] == {
        "every_seconds": 600.0, "when_changed": 2, "refusals": None, "repeats_by_itself": True,
    }  # fmt: skip
    for club in described["clubs"]:
        assert {"access_token", "refresh_token"} <= set(club["input"]["authorization"]) or {
            "code", "redirect_uri",
        } == set(club["input"]["authorization"])  # fmt: skip
