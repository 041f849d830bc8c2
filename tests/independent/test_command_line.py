"""``check`` against somebody else's authorization server: exchange, storage and refresh, and every way in which not."""

from __future__ import annotations

import json
import stat
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

import connectors
from connectors.__main__ import main
from connectors.kit.outcomes import Outcome
from tests.independent.issuer import MADE_UP_CLUBS, Issuer, mapped_to
from tests.independent.remembered import CLIENT_ID, CLIENT_SECRET
from tests.independent.shapes import SHAPES

BACK = "https://host.example/code"
LONG_AGO = {"obtained_at": "2026-01-01T12:00:00+00:00", "expires_at": "2026-01-01T12:10:00+00:00"}
Printed = pytest.CaptureFixture[str]


class Desk:
    """Somebody who types the command, with files of their own."""

    def __init__(self, issuer: Issuer, folder: Path, printed: Printed, patch: pytest.MonkeyPatch) -> None:
        self.issuer, self.kept = issuer, folder / "tokens.json"
        self._host, self._printed, self._patch = folder / "host.json", printed, patch
        self.owns()

    def owns(self, **other: str) -> None:
        """The host's own keys."""
        self._host.write_text(json.dumps({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **other}))

    def code(self) -> str:
        """What the page of consent sends along for somebody who says yes."""
        self.issuer.client.redirects.add(BACK)
        asked = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "nonce": "made-up"}
        asked |= {"scope": self.issuer.client.scope, "state": "made-up"}
        address = mapped_to(self.issuer.at, self.issuer.endpoints.authorize)
        answer = httpx.post(f"{address}?{urlencode(asked)}", data={"yes": "1"})
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]

    def checks(self, consent: dict[str, Any] | None, *, keeps: bool = True) -> tuple[int, dict[str, dict[str, Any]]]:
        """Types the command; its exit code and lines by check."""
        key = self.issuer.key
        club = dict(connectors.get(key).sandbox().club(MADE_UP_CLUBS[key]).input)
        del club["authorization"]
        handed = club | ({"authorization": consent} if consent else {})
        self._patch.setattr(sys, "stdin", StringIO(json.dumps(handed)))
        at = [part for host, url in self.issuer.at.items() for part in ("--at", f"{host}={url}")]
        more = ["--tokens", str(self.kept)] if keeps else []
        code = main(["check", key, "--input", "-", "--host-input", str(self._host), "--json", *at, *more])
        out = self._printed.readouterr()
        for secret in (CLIENT_SECRET, *(pair.token["access_token"] for pair in self.issuer.pairs)):
            assert secret not in out.out + out.err
        return code, {line["check"]: line for line in map(json.loads, out.out.splitlines())}

    def stored(self) -> dict[str, Any]:
        assert stat.S_IMODE(self.kept.stat().st_mode) == 0o600
        found: dict[str, Any] = json.loads(self.kept.read_text())
        return found

    def runs_out(self) -> dict[str, Any]:
        """Time passes over the tokens that are kept; what is kept then."""
        old = self.stored() | LONG_AGO
        self.kept.write_text(json.dumps(old))
        self.kept.chmod(0o600)
        return old


@pytest.fixture
def desk(issuer: Issuer, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(issuer, tmp_path, capsys, monkeypatch)


def outcomes(lines: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {key: line["outcome"] for key, line in lines.items()}


def expected(issuer: Issuer) -> dict[str, str]:
    club = connectors.get(issuer.key).sandbox().club(MADE_UP_CLUBS[issuer.key])
    return {key: str(outcome) for key, outcome in club.expected.items()}


def erring(lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The first line that did not pass."""
    return next(line for line in lines.values() if line["outcome"] in (Outcome.FAILED, Outcome.UNTESTED))


def test_a_code_becomes_a_checklist_and_a_pair_that_is_kept(desk: Desk, issuer: Issuer) -> None:
    code, lines = desk.checks({"code": desk.code(), "redirect_uri": BACK})

    assert (code, outcomes(lines)) == (0, expected(issuer))
    assert issuer.asked == ["authorization_code"]
    pair = issuer.pairs[0].token
    assert (desk.stored()["access_token"], desk.stored()["refresh_token"]) == (
        pair["access_token"], pair["refresh_token"],
    )  # fmt: skip


def test_a_pair_that_ran_out_is_refreshed_and_the_new_one_takes_its_place(desk: Desk, issuer: Issuer) -> None:
    desk.checks({"code": desk.code(), "redirect_uri": BACK})
    old = desk.runs_out()

    code, lines = desk.checks(None)

    assert (code, outcomes(lines)) == (0, expected(issuer))
    assert issuer.asked == ["authorization_code", "refresh_token"]
    assert desk.stored()["refresh_token"] == issuer.pairs[1].token["refresh_token"] != old["refresh_token"]


def test_a_pair_in_the_input_is_refreshed_with_a_place_to_keep_it_alone(desk: Desk, issuer: Issuer) -> None:
    desk.checks({"code": desk.code(), "redirect_uri": BACK})
    old = {key: desk.stored()[key] for key in ("access_token", "refresh_token")} | LONG_AGO
    desk.kept.unlink()

    assert desk.checks(old, keeps=False)[0] == 0
    assert issuer.refreshes() == 0

    assert desk.checks(old)[0] == 0
    assert (issuer.refreshes(), desk.stored()["refresh_token"]) == (1, issuer.pairs[1].token["refresh_token"])


def test_a_refresh_token_that_was_used_is_refused_and_says_so(desk: Desk, issuer: Issuer) -> None:
    desk.checks({"code": desk.code(), "redirect_uri": BACK})
    old = desk.runs_out()
    desk.checks(None)
    desk.kept.write_text(json.dumps(old))

    code, lines = desk.checks(None)

    assert (code, erring(lines)["error"], erring(lines)["owner"]) == (1, "ConsentExpired", "club")
    assert desk.stored() == old, "what is kept stays as it is"


def test_a_server_that_does_not_rotate_goes_on_with_the_same_refresh_token(desk: Desk, issuer: Issuer) -> None:
    issuer.rotates = False
    desk.checks({"code": desk.code(), "redirect_uri": BACK})
    old = desk.runs_out()

    assert desk.checks(None)[0] == 0
    assert desk.stored()["refresh_token"] == old["refresh_token"]
    assert desk.stored()["access_token"] != old["access_token"]


def test_a_wrong_secret_is_ours_and_spends_nothing(desk: Desk, issuer: Issuer) -> None:
    given = {"code": desk.code(), "redirect_uri": BACK}
    desk.owns(client_secret="made-up-and-wrong")
    code, lines = desk.checks(given)
    assert (code, erring(lines)["error"], erring(lines)["owner"]) == (1, "HostMisconfigured", "us")

    desk.owns()
    assert desk.checks(given)[0] == 0, "the code is good still"
    desk.runs_out()
    desk.owns(client_id="made-up-unknown")
    code, lines = desk.checks(None)
    assert (code, erring(lines)["error"], erring(lines)["owner"]) == (1, "HostMisconfigured", "us")

    desk.owns()
    assert desk.checks(None)[0] == 0


@pytest.mark.parametrize("secret", ["made-up+and/odd==", "made-up%2Band%ff", "made-up: é€", "made-up%20with%25"])
def test_a_secret_may_have_any_characters(desk: Desk, issuer: Issuer, secret: str) -> None:
    issuer.client.secret = secret
    desk.owns(client_secret=secret)

    assert desk.checks({"code": desk.code(), "redirect_uri": BACK})[0] == 0
    desk.runs_out()
    assert desk.checks(None)[0] == 0


@pytest.mark.parametrize("odd", ["unknown", "used", "other address"])
def test_a_code_that_brings_nothing_is_told_and_kept_nowhere(desk: Desk, issuer: Issuer, odd: str) -> None:
    given = {"code": desk.code(), "redirect_uri": BACK}
    match odd:
        case "unknown":
            given["code"] = "made-up-unknown"
        case "used":
            issuer.codes.clear()
        case "other address":
            given["redirect_uri"] = f"{BACK}/elsewhere"

    code, lines = desk.checks(given)

    assert (code, erring(lines)["error"], erring(lines)["owner"]) == (1, "ConsentExpired", "club")
    assert not desk.kept.exists()


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_members_of_an_answer_that_may_differ_lose_nothing(desk: Desk, issuer: Issuer, shape: str) -> None:
    issuer.shape = SHAPES[shape]

    _, lines = desk.checks({"code": desk.code(), "redirect_uri": BACK})

    assert lines["login" if issuer.key == "twinfield" else "code_exchanged"]["outcome"] == "passed"
    old = desk.runs_out()
    assert old["access_token"] == issuer.pairs[0].token["access_token"]
    if old["refresh_token"] is None:
        return
    desk.checks(None)
    assert issuer.refreshes() == 1
    new = issuer.pairs[1].token
    assert desk.stored()["access_token"] == new["access_token"]
    assert desk.stored()["refresh_token"] in (new["refresh_token"], old["refresh_token"])
