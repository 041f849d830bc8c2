"""``python -m connectors``: its exit codes, what it prints, and what it never prints."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import connectors
from connectors.__main__ import main
from connectors.kit.sandbox import at_sandbox
from tests.connectors.everyone import Providers, well_club

ROOT = Path(__file__).resolve().parents[2]
KEY = "e-boekhouden"
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """The codes of the made-up club for which all is well, in a file."""
    path = tmp_path / "input.json"
    path.write_text(json.dumps(dict(well_club(connectors.get(KEY)).input)), encoding="utf-8")
    return path


def changed(given: Path, **fields: object) -> Path:
    given.write_text(json.dumps(json.loads(given.read_text(encoding="utf-8")) | fields), encoding="utf-8")
    return given


def at(providers: Providers) -> list[str]:
    places = at_sandbox([connectors.get(KEY)], providers.url)
    return [part for host, url in places.items() for part in ("--at", f"{host}={url}")]


def test_lists_in_both_languages(capsys: Printed) -> None:
    assert main(["list"]) == 0
    dutch = capsys.readouterr().out
    assert main(["list", "--lang", "en"]) == 0
    assert KEY in dutch
    assert dutch != capsys.readouterr().out


def test_describes_for_people(capsys: Printed) -> None:
    assert main(["describe", KEY, "--sandbox"]) == 0
    shown = capsys.readouterr().out
    for word in ("security_code_1", "login", "soap.e-boekhouden.nl", "goed"):
        assert word in shown


def test_describes_for_programs_with_every_part(capsys: Printed) -> None:
    assert main(["describe", KEY, "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert {"key", "name", "hosts", "auth", "fields", "guide", "checks", "clubs"} <= set(described)
    assert "host_input" not in described
    assert main(["describe", KEY, "--json", "--sandbox"]) == 0
    assert "host_input" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", ["describe", "check"])
def test_an_unknown_key_names_those_there_are(command: str, capsys: Printed) -> None:
    more = ["--input", "-"] if command == "check" else []
    assert main([command, "kasboekje", *more]) == 2
    assert KEY in capsys.readouterr().err


def test_a_broken_folder_is_bad_usage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Printed) -> None:
    monkeypatch.setenv(connectors.ELSEWHERE, str(tmp_path / "weg"))
    assert main(["list"]) == 2
    assert "weg" in capsys.readouterr().err


def test_without_a_command_it_says_which_there_are(capsys: Printed) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
    assert "check" in capsys.readouterr().err


def test_checks_and_prints_an_object_a_line(given: Path, capsys: Printed) -> None:
    assert main(["check", KEY, "--input", str(given), "--sandbox", "--json"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["check"] for line in lines] == [check.key for check in connectors.get(KEY).checks]
    keys = {"check", "outcome", "owner", "mandatory", "error", "problem", "remedy", "evidence", "ms"}
    assert all(keys <= set(line) for line in lines)


def test_checks_for_people_in_their_language(given: Path, capsys: Printed) -> None:
    assert main(["check", KEY, "--input", str(given), "--sandbox"]) == 0
    assert "Inloggen lukt: in orde" in capsys.readouterr().out
    assert main(["check", KEY, "--input", str(given), "--sandbox", "--lang", "en"]) == 0
    assert ": passed" in capsys.readouterr().out


@pytest.mark.parametrize(("club", "code"), [("goed", 0), ("fout", 1), ("storing", 3), ("verwisseld", 1)])
def test_the_exit_code_says_how_it_went(club: str, code: int, given: Path) -> None:
    given.write_text(json.dumps(dict(connectors.get(KEY).sandbox().club(club).input)), encoding="utf-8")
    assert main(["check", KEY, "--input", str(given), "--sandbox", "--json"]) == code


def test_a_host_can_be_sent_elsewhere(given: Path, providers: Providers, capsys: Printed) -> None:
    assert main(["check", KEY, "--input", str(given), *at(providers)]) == 0
    assert "✓" in capsys.readouterr().out


def test_at_overrules_the_sandbox(given: Path, capsys: Printed) -> None:
    closed = "soap.e-boekhouden.nl=http://127.0.0.1:9"
    assert main(["check", KEY, "--input", str(given), "--sandbox", "--at", closed, "--json"]) == 3
    assert "Unavailable" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("soap.e-boekhouden.nl", "HOST=URL"),
        ("soap.e-boekhouden.nl=ftp://127.0.0.1", "HOST=URL"),
        ("soap.e-boekhouden.nl=http://203.0.113.1", "loopback"),
        ("soap.e-boekhouden.nl=http://127.0.0.1?x=1", "query"),
        ("elders.example=http://127.0.0.1:1", "elders.example"),
        ("soap.e-boekhouden.nl=http://[::1", "--at"),
    ],
)
def test_a_wrong_place_is_bad_usage(place: str, says: str, given: Path, capsys: Printed) -> None:
    assert main(["check", KEY, "--input", str(given), "--at", place]) == 2
    assert says in capsys.readouterr().err


def test_tokens_do_not_apply_to_codes(given: Path, capsys: Printed) -> None:
    assert main(["check", KEY, "--input", str(given), "--sandbox", "--tokens", "tokens.json", "--json"]) == 0
    assert "--tokens" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "geen JSON"),
        ("made-up-secret", "geen JSON"),
        ('["made-up-secret"]', "JSON-object"),
        ('{"made-up-secret": "x", "security_code_1": "x"}', "geen veld"),
        ('{"security_code_1": {"made-up-secret": 1}}', "security_code_1: moet tekst"),
        ('{"username": true}', "username: moet tekst"),
        ('{"username": "x"}', "security_code_1: "),
        ('{"username": "a\\u0000b", "security_code_1": "made-up-secret"}', "username: "),
        ('{"security_code_1": "\\ud800made-up-secret"}', "security_code_1: "),
        ("[" * 100_000, "kan niet worden gelezen"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_never_repeated(
    text: str, says: str, tmp_path: Path, capsys: Printed
) -> None:
    path = tmp_path / "input.json"
    path.write_text(text, encoding="utf-8")

    assert main(["check", KEY, "--input", str(path), "--sandbox"]) == 2

    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""
    assert "made-up-secret" not in printed.err


@pytest.mark.parametrize("name", ["weg.json", '{"security_code_1": "made-up-secret"}', "\0", "."])
def test_a_file_that_is_none_is_never_repeated(name: str, capsys: Printed) -> None:
    assert main(["check", KEY, "--input", name, "--sandbox"]) == 2
    printed = capsys.readouterr().err
    assert "--input" in printed
    assert "made-up-secret" not in printed


def test_bytes_that_are_no_text_are_bad_input(tmp_path: Path, capsys: Printed) -> None:
    (tmp_path / "input.json").write_bytes(b'{"username": "\xff"}')
    assert main(["check", KEY, "--input", str(tmp_path / "input.json"), "--sandbox"]) == 2
    assert "--input" in capsys.readouterr().err


def test_numbers_lists_and_blanks_are_taken(given: Path) -> None:
    changed(given, administration_code=123456, revenue_accounts=["8000", 8010], cost_centre=12, rest_token=None)
    assert main(["check", KEY, "--input", str(given), "--sandbox", "--json"]) == 0


def test_says_what_is_odd_and_goes_on(given: Path, capsys: Printed) -> None:
    codes = json.loads(given.read_text(encoding="utf-8"))
    one, two = codes["security_code_1"], codes["security_code_2"]
    changed(given, security_code_1=two, security_code_2=one)

    assert main(["check", KEY, "--input", str(given), "--sandbox"]) == 1

    printed = capsys.readouterr()
    assert "verwisseld" in printed.err
    assert one not in printed.err + printed.out


def test_reads_standard_input_and_shows_no_secret(given: Path) -> None:
    codes = json.loads(given.read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-m", "connectors", "check", KEY, "--input", "-", "--sandbox"],
        cwd=ROOT,
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not [code for key, code in codes.items() if "code_" in key and code in done.stdout + done.stderr]


def test_the_sandboxes_stand_on_one_port_until_stopped() -> None:
    command = [sys.executable, "-m", "connectors", "sandbox", "--port", "0", "--latency", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert url is not None
        assert "soap.e-boekhouden.nl" in httpx.get(url[0]).text
        described = httpx.get(f"{url[0]}/soap.e-boekhouden.nl/soap.asmx?WSDL").text
        assert f"{url[0]}/soap.e-boekhouden.nl/soap.asmx" in described
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_taken_port_is_bad_usage(providers: Providers, capsys: Printed) -> None:
    port = providers.url.rpartition(":")[2]
    assert main(["sandbox", "--port", port]) == 2
    assert port in capsys.readouterr().err
