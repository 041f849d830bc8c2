"""The folder of a demo: its keys, its database, its mails and its logs."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import connectors


@dataclass(frozen=True, slots=True)
class Place:
    """Where one demo lives, at ``address`` (its own page) and ``emulators`` (the packages' stand-ins)."""

    folder: Path
    address: str
    emulators: str

    @property
    def mails(self) -> Path:
        """The folder where the product leaves its mails."""
        return self.folder / "mail"

    @property
    def seeded(self) -> Path:
        """A mark that the made-up people and tickets are there."""
        return self.folder / "seeded"

    def environment(self, **more: str) -> Mapping[str, str]:
        """The settings of the product for this place, and nothing secret but the names of two files."""
        at = " ".join(
            f"{host}={self.emulators}/{host}" for connector in connectors.find().values() for host in connector.hosts
        )
        settings = {
            "SECRET_KEY_FILE": str(self.folder / "secret_key"),
            "KEYS_FILE": str(self.folder / "keys"),
            "DATABASE_URL": f"sqlite:///{self.folder / 'koppelbalie.sqlite'}",
            "BASE_URL": self.address,
            "MAIL_BACKEND": "folder",
            "MAIL_FOLDER": str(self.mails),
            "MAIL_FROM": "Koppelbalie <koppelbalie@koppelbalie.example>",
            "SUPPORT_NAME": "Helpdesk Club-assistent",
            "AT": at,
            "OUTAGE_PAUSES": "15,30,60,120",
            "SECOND_FACTOR": "offered",
            **_host_keys(),
            **more,
        }
        return {**_inherited(), **{f"KOPPELBALIE_{name}": value for name, value in settings.items()}}


def _host_keys() -> dict[str, str]:
    """The host's own keys that the emulated packages accept, as settings."""
    return {
        f"{connector.key}_{key}".replace("-", "_").upper(): value
        for connector in connectors.find().values()
        for key, value in connector.sandbox().host_input.items()
    }


def make(place: Place, *, fresh: bool = False) -> None:
    """Make the folder and its keys (mode 0600) where they are missing; ``fresh`` throws away what was there."""
    if fresh:
        shutil.rmtree(place.folder, ignore_errors=True)
    place.mails.mkdir(parents=True, exist_ok=True)
    _write_once(place.folder / "secret_key", secrets.token_urlsafe(48))
    _write_once(place.folder / "keys", f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}")


def _write_once(file: Path, content: str) -> None:
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
            opened.write(content + "\n")


def _inherited() -> dict[str, str]:
    """This process's environment without the product's settings, except where more packages are."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KOPPELBALIE_") or name == connectors.ELSEWHERE
    }
