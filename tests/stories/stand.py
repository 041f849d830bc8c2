"""The product as it runs for people: the app in a process of its own, the emulated packages in another."""

from __future__ import annotations

import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from demo import mails, place
from demo.place import Place
from demo.processes import Process, free_port, run_to_end, start_emulators, start_product
from onboarding.db import db
from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
CHEAP = {
    "PASSWORD_ROUNDS": "1",
    "PASSWORD_MEMORY": "64",
    "OUTAGE_PAUSES": "2,2,3",
    "REPLY_DELAY": "2",
    "SIGN_IN_LIMIT": "100000 per minute",
    "LINK_LIMIT": "100000 per minute",
    "REQUEST_LIMIT": "100000 per minute",
}
"""Settings that make a story quick; no other difference with the product that people use."""


class Stand:
    """One running product with the cast in it."""

    def __init__(self, folder: Path, emulators: str, **more: str) -> None:
        self.port = free_port()
        # by another name than the packages, so that it is another site than theirs, as it is for people
        self.place = Place(folder, f"http://localhost:{self.port}", emulators)
        self.environment: Mapping[str, str] = self.place.environment(**(CHEAP | more))
        self.process: Process | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return self.place.address

    @property
    def database_url(self) -> str:
        """Where its database is."""
        return self.environment["KOPPELBALIE_DATABASE_URL"]

    @property
    def log(self) -> Path:
        """What its process wrote."""
        return self.place.folder / "app.log"

    def prepare(self) -> None:
        """Make keys and database, with nobody in it yet."""
        place.make(self.place)
        run_to_end([sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], self.environment)

    def start(self) -> None:
        """Start the product, and return when it is ready."""
        self.process = start_product(self.port, self.environment, self.log)
        self.process.wait_for(f"{self.address}/readyz")

    def kill(self) -> None:
        """kill -9, at whatever it is doing."""
        assert self.process is not None
        self.process.stop(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the product as an operator does."""
        if self.process is not None:
            self.process.stop()

    def leave(self) -> None:
        """End it at once, when nobody will look at its place any more."""
        if self.process is not None:
            self.process.stop(signal.SIGKILL)

    def mails(self, to: str = "") -> list[mails.Mail]:
        """What was mailed, newest first; to one address if given."""
        return [mail for mail in mails.mails(self.place.mails) if to in mail.to]

    def waits_for_mail(self, address: str, words: str, seconds: float = 15.0) -> mails.Mail:
        """A mail to this address whose subject or text matches ``words``."""
        end = time.monotonic() + seconds
        while True:
            for mail in self.mails(address):
                if re.search(words, f"{mail.subject}\n{mail.text}", re.IGNORECASE):
                    return mail
            assert time.monotonic() < end, [mail.subject for mail in self.mails(address)]
            time.sleep(0.1)

    def everything_kept(self) -> bytes:
        """All that lies in the place, as bytes: database, its log, mails, logs."""
        files = b"".join(file.read_bytes() for file in sorted(self.place.folder.rglob("*")) if file.is_file())
        return files if self.database_url.startswith("sqlite") else files + postgres.everything_in(self.database_url)

    def link_in_mail_to(self, address: str, seconds: float = 15.0) -> str:
        """The link of the newest mail to this address, once there is one."""
        end = time.monotonic() + seconds
        while not (found := self.mails(address)):
            assert time.monotonic() < end, f"no mail to {address}"
            time.sleep(0.1)
        links = re.findall(rf"{re.escape(self.address)}/\S+", found[0].text)
        assert links, found[0].text
        return str(links[0])

    @contextmanager
    def running(self) -> Iterator[Stand]:
        """Started, and left at once at the end of a story."""
        try:
            self.start()
            yield self
        finally:
            self.leave()

    @contextmanager
    def inside(self) -> Iterator[Flask]:
        """The app of the same place in this process, inside its context; its jobs stay with the other process."""
        app = _app({**self.environment, "KOPPELBALIE_EMBEDDED_WORKER": "false"})
        with app.app_context():
            try:
                yield app
            finally:
                db.session.close()
                db.engine.dispose()


def copy_of(original: Path, folder: Path) -> None:
    """A place of one's own, made like another one."""
    shutil.copytree(original, folder, dirs_exist_ok=True)


def emulators_at(port: int, folder: Path, environment: Mapping[str, str], *, latency: int = 0) -> Process:
    """The emulated packages, ready."""
    process = start_emulators(port, environment, folder / "emulators.log", latency=latency)
    process.wait_for(f"http://127.0.0.1:{port}/soap.e-boekhouden.nl/soap.asmx?WSDL")
    return process


def _app(environment: Mapping[str, str]) -> Flask:
    from onboarding import create_app, hosts
    from onboarding.settings import PREFIX, Settings

    named = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    values = {name: value for name, value in named.items() if name in Settings.model_fields}
    with pytest.MonkeyPatch.context() as patch:  # the host's own keys at packages are read from there
        for name in hosts.variables() & environment.keys():
            patch.setenv(name, environment[name])
        return create_app(Settings(**values))  # type: ignore[arg-type]
