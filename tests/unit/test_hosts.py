"""The host's own keys: typed, checked at start, never shown; a package without them is not on offer."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

import connectors
from connectors.snelstart.login import Host
from onboarding import create_app
from onboarding.hosts import host_of, on_offer, read_hosts, variables
from onboarding.settings import SettingsProblem, read_settings
from tests.conftest import KEYS, settings_in

NAME = "KOPPELBALIE_SNELSTART_SUBSCRIPTION_KEY"
MADE_UP = "made-up-0123456789abcdef"


def test_every_field_of_a_host_has_its_setting_and_its_file() -> None:
    assert {NAME, f"{NAME}_FILE", "KOPPELBALIE_SNELSTART_SUBSCRIPTION_UNTIL"} <= variables()
    assert not [name for name in variables() if "EBOEKHOUDEN" in name or "E_BOEKHOUDEN" in name]


def test_keys_are_typed() -> None:
    host = read_hosts({NAME: f" {MADE_UP} ", "KOPPELBALIE_SNELSTART_SUBSCRIPTION_UNTIL": "31-12-2099"})["snelstart"]

    assert isinstance(host, Host)
    assert host.subscription_key.reveal() == MADE_UP
    assert host.subscription_until is not None
    assert host.subscription_until.year == 2099
    assert MADE_UP not in repr(host)


def test_a_key_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{MADE_UP}\n", encoding="utf-8")

    host = read_hosts({f"{NAME}_FILE": str(tmp_path / "key")})["snelstart"]

    assert isinstance(host, Host)
    assert host.subscription_key.reveal() == MADE_UP


@pytest.mark.parametrize("environment", [{}, {NAME: ""}, {"KOPPELBALIE_SNELSTART_PRODUCT": ""}])
def test_a_package_of_which_nothing_is_set_has_no_keys(environment: dict[str, str]) -> None:
    assert read_hosts(environment) == {}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"KOPPELBALIE_SNELSTART_PRODUCT": "Maatwerk"}, f"{NAME} (or {NAME}_FILE) is not set"),
        ({NAME: "made-up-\u00e9"}, f"{NAME}: A subscription key has letters"),
        ({NAME: MADE_UP, "KOPPELBALIE_SNELSTART_PRODUCT": "Proef"}, "_PRODUCT: Choose Maatwerk or Productie."),
        ({NAME: MADE_UP, "KOPPELBALIE_SNELSTART_SUBSCRIPTION_UNTIL": "soon"}, "_UNTIL: Write the date"),
        ({f"{NAME}_FILE": "/nowhere/key"}, f"{NAME}_FILE: /nowhere/key cannot be read"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_its_value_not_shown(environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read_hosts(environment)

    assert says in str(problem.value)
    assert "made-up" not in str(problem.value)
    assert read_hosts({NAME: MADE_UP})


def test_a_name_that_no_package_asks_for_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELBALIE_SECRET_KEY", "made-up-" * 5)
    monkeypatch.setenv("KOPPELBALIE_KEYS", KEYS)
    monkeypatch.setenv(NAME, MADE_UP)
    assert read_settings(variables()).secret

    monkeypatch.setenv("KOPPELBALIE_SNELSTART_SUBSCRIPTION", MADE_UP)
    with pytest.raises(SettingsProblem, match="KOPPELBALIE_SNELSTART_SUBSCRIPTION: no such setting"):
        read_settings(variables())


def test_half_a_host_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELBALIE_SNELSTART_PRODUCT", "Maatwerk")

    with pytest.raises(SettingsProblem, match="SnelStart needs both"):
        create_app(settings_in(tmp_path))


def test_a_folder_that_is_no_package_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(connectors.ELSEWHERE, str(tmp_path / "weg"))

    with pytest.raises(SettingsProblem, match="weg: no such folder"):
        create_app(settings_in(tmp_path))


def test_without_keys_a_package_is_known_but_not_on_offer(in_app: Flask) -> None:
    assert "snelstart" in connectors.find()
    assert "snelstart" not in on_offer()
    assert "e-boekhouden" in on_offer()
    assert host_of(connectors.get("snelstart")) is None


def test_with_keys_a_package_is_on_offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, MADE_UP)

    with create_app(settings_in(tmp_path)).app_context():
        assert "snelstart" in on_offer()
        assert isinstance(host_of(connectors.get("snelstart")), Host)
        assert host_of(connectors.get("e-boekhouden")) is None
