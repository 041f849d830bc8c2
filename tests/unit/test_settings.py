"""The settings say what to set, and never show a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding import create_app
from onboarding.settings import Settings, SettingsProblem, read_settings
from tests.conftest import KEYS, settings_in

SECRET = "made-up-secret-0123456789-0123456789"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("KOPPELBALIE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def enough(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("KOPPELBALIE_SECRET_KEY", SECRET)
    monkeypatch.setenv("KOPPELBALIE_KEYS", KEYS)
    return monkeypatch


def test_the_two_secrets_are_enough(enough: pytest.MonkeyPatch) -> None:
    settings = read_settings()

    assert settings.secret == SECRET
    assert settings.is_sqlite
    assert settings.four_eyes == "overrides"
    assert settings.pauses == (60, 120, 300, 900, 1800, 3600)


def test_what_is_missing_is_named_with_the_command_that_makes_it() -> None:
    with pytest.raises(SettingsProblem) as problem:
        read_settings()

    assert "KOPPELBALIE_SECRET_KEY" in str(problem.value)
    assert "KOPPELBALIE_KEYS" in str(problem.value)
    assert "openssl rand" in str(problem.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "too-short-made-up", "KOPPELBALIE_SECRET_KEY: needs at least 32 characters"),
        ("AT", "soap.e-boekhouden.nl=http://elsewhere.example", "loopback"),
        ("OUTAGE_PAUSES", "60,soon", "KOPPELBALIE_OUTAGE_PAUSES: whole seconds"),
        ("OUTAGE_PAUSES", "60,0", "whole seconds"),
        ("BASE_URL", "koppelbalie.example", "KOPPELBALIE_BASE_URL: starts with https://"),
        ("FOUR_EYES", "sometimes", "KOPPELBALIE_FOUR_EYES"),
        ("WEBHOOK_URL", "http://host.example/hook", "KOPPELBALIE_WEBHOOK_URL: starts with https://"),
        ("WEBHOOK_URL", "https://name:made-up@host.example/", "without user name"),
        ("WEBHOOK_URL", "https://host.example/?made-up", "query"),
        ("WEBHOOK_URL", "https://host.example/hook", "KOPPELBALIE_WEBHOOK_KEY (or KOPPELBALIE_WEBHOOK_KEY_FILE)"),
        ("WEBHOOK_KEY", "too-short-made-up", "KOPPELBALIE_WEBHOOK_KEY: needs at least 32 characters"),
        ("WEBHOOK_KEY", SECRET, "KOPPELBALIE_WEBHOOK_KEY has to be another key than KOPPELBALIE_SECRET_KEY"),
        ("WEBHOOK_KEY", SECRET[::-1], "KOPPELBALIE_WEBHOOK_URL is not"),
        ("WEBHOOK_SECOND_KEY", SECRET[::-1], "KOPPELBALIE_WEBHOOK_KEY is not"),
        ("OIDC_ISSUER", "http://host.example", "KOPPELBALIE_OIDC_ISSUER: starts with https://"),
        ("OIDC_ISSUER", "https://host.example", "KOPPELBALIE_OIDC_CLIENT_ID is not set"),
        ("OIDC_CLIENT_SECRET", "made-up", "KOPPELBALIE_OIDC_ISSUER is not set"),
        ("OIDC_ROLES", "helpdesk", "KOPPELBALIE_OIDC_ROLES: write it as"),
        ("OIDC_ROLES", "helpdesk=boss", "member, support, lead, admin"),
        ("MAIL_PORT", "0", "KOPPELBALIE_MAIL_PORT"),
        ("REPLY_DELAY", "a while", "KOPPELBALIE_REPLY_DELAY"),
        ("FUOR_EYES", "always", "KOPPELBALIE_FUOR_EYES: no such setting"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_not_shown(
    enough: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    enough.setenv(f"KOPPELBALIE_{name}", value)

    with pytest.raises(SettingsProblem) as problem:
        read_settings()

    assert says in str(problem.value)
    assert "too-short-made-up" not in f"{problem.value!s}{problem.value!r}{problem.value.__cause__!r}"

    enough.delenv(f"KOPPELBALIE_{name}")
    if name == "SECRET_KEY":
        enough.setenv("KOPPELBALIE_SECRET_KEY", SECRET)
    assert read_settings().secret == SECRET


def test_a_secret_may_stand_in_a_file(enough: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{KEYS}\n")
    enough.delenv("KOPPELBALIE_KEYS")
    enough.setenv("KOPPELBALIE_KEYS_FILE", str(tmp_path / "keys"))

    keys = read_settings().keys

    assert keys is not None
    assert keys.get_secret_value() == KEYS


def test_a_file_that_cannot_be_read_is_named(enough: pytest.MonkeyPatch, tmp_path: Path) -> None:
    enough.delenv("KOPPELBALIE_KEYS")
    enough.setenv("KOPPELBALIE_KEYS_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsProblem, match=r"KOPPELBALIE_KEYS_FILE: .*nowhere cannot be read"):
        read_settings()

    (tmp_path / "nowhere").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsProblem, match="no text"):
        read_settings()


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("k1", "entry 1 is not id:base64"),
        ("k1:made-up-no-base64!", "k1 is not base64"),
        ("k1:bWFkZS11cA==", "k1 has 7 bytes; it needs 32"),
        (f"{KEYS},{KEYS}", "two keys are called k1"),
        ("", "KOPPELBALIE_KEYS"),
    ],
)
def test_a_key_ring_that_cannot_be_used_stops_the_start(
    enough: pytest.MonkeyPatch, tmp_path: Path, keys: str, says: str
) -> None:
    enough.setenv("KOPPELBALIE_KEYS", keys)
    enough.setenv("KOPPELBALIE_DATABASE_URL", f"sqlite:///{tmp_path / 'database'}")

    with pytest.raises(SettingsProblem) as problem:
        create_app()

    assert says in str(problem.value)
    assert "made-up-no-base64" not in str(problem.value)


def test_cookies_are_safe_when_people_come_over_https(tmp_path: Path) -> None:
    assert not settings_in(tmp_path).is_secure
    assert settings_in(tmp_path, base_url="https://koppelbalie.example/").is_secure
    assert settings_in(tmp_path, base_url="https://koppelbalie.example/").base_url == "https://koppelbalie.example"


def test_settings_do_not_show_secrets_when_printed(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, mail_password="made-up-password")

    assert "made-up" not in f"{settings!r}{settings}"
    assert isinstance(settings, Settings)
