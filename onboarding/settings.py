"""The settings: read once from the environment or files, checked at start, frozen after that."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from flask import current_app
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.kit.http import is_loopback, parse_at

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "KOPPELBALIE_"
FROM_FILES = ("secret_key", "keys", "mail_password", "webhook_key", "webhook_second_key", "oidc_client_secret")
"""Settings that may stand in a file instead: ``KOPPELBALIE_<NAME>_FILE`` names it."""

ROLES = ("member", "support", "lead", "admin")
"""What somebody can be who comes in by the host's sign-in."""


class SettingsProblem(Exception):
    """The settings cannot be used; the message says per setting what to set, and never shows a value."""


def _long(value: SecretStr | None) -> SecretStr | None:
    if value is not None and len(value.get_secret_value()) < 32:
        raise ValueError("needs at least 32 characters; make it with: openssl rand -base64 48")
    return value


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("starts with https:// (or http:// on this machine)")
    return value.rstrip("/")


def _safe_address(value: str) -> str:
    """Where something goes that others may not read or change on its way; empty is none."""
    if value and not is_safe(value):
        raise ValueError("starts with https:// (http:// on this machine alone), without user name, query or fragment")
    return value


def is_safe(address: str) -> bool:
    """Whether this is an https address, or an http one of this machine."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if not address.isascii() or not address.isprintable() or " " in address or not host or port == 0:
        return False
    if parts.username or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _seconds(value: str) -> str:
    if not all(part.strip().isdecimal() and int(part) > 0 for part in value.split(",")):
        raise ValueError('whole seconds, separated by commas, such as "60,120,300"')
    return value


def _roles(value: str) -> str:
    read_roles(value)
    return value


def read_roles(value: str) -> Mapping[str, str]:
    """``theirs=ours theirs=ours`` as a map. ValueError says what is wrong."""
    roles = {}
    for entry in value.split():
        theirs, _, ours = entry.rpartition("=")
        if not theirs or ours not in ROLES:
            raise ValueError(f'write it as "their-word=support", with one of {", ".join(ROLES)}')
        roles[theirs] = ours
    return roles


def _hosts(value: str) -> str:
    parse_at(value.split())
    return value


class Settings(BaseSettings):
    """Every setting of the app. In the environment each has the prefix ``KOPPELBALIE_``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, hide_input_in_errors=True, frozen=True, extra="forbid", env_ignore_empty=True
    )

    secret_key: Annotated[SecretStr | None, AfterValidator(_long)] = None
    """Signs sessions and forms. At least 32 characters."""
    secret_key_file: Path | None = None
    keys: SecretStr | None = None
    """Key ring of the vault: ``id:base64`` of 32 bytes, separated by commas; the first one seals."""
    keys_file: Path | None = None
    database_url: str = f"sqlite:///{ROOT / 'var' / 'koppelbalie.sqlite'}"
    """SQLite, or PostgreSQL as ``postgresql+psycopg://…``."""
    base_url: Annotated[str, AfterValidator(_address)] = "http://127.0.0.1:5000"
    """The address at which people reach the app: links in mails start with it."""
    at: Annotated[str, AfterValidator(_hosts)] = ""
    """``host=url host=url``: sends a package's host to another address (a stand-in, a proxy)."""
    connectors: str = ""
    """More folders with packages, separated as in PATH."""

    mail_backend: Literal["smtp", "folder"] = "folder"
    mail_folder: Path = ROOT / "var" / "mail"
    """Where the backend ``folder`` writes each mail as a file."""
    mail_host: str = "localhost"
    mail_port: Annotated[int, Field(ge=1, le=65535)] = 25
    mail_security: Literal["none", "starttls", "tls"] = "starttls"
    mail_user: str = ""
    mail_password: SecretStr | None = None
    mail_password_file: Path | None = None
    mail_from: str = "Koppelbalie <koppelbalie@localhost>"

    webhook_url: Annotated[str, AfterValidator(_safe_address)] = ""
    """Where the host hears what happens to connections; empty: it hears nothing."""
    webhook_key: Annotated[SecretStr | None, AfterValidator(_long)] = None
    """Signs what the host hears, and nothing else. At least 32 characters."""
    webhook_key_file: Path | None = None
    webhook_second_key: Annotated[SecretStr | None, AfterValidator(_long)] = None
    """Signs beside the first one while the key is exchanged."""
    webhook_second_key_file: Path | None = None

    oidc_issuer: Annotated[str, AfterValidator(_safe_address)] = ""
    """Where the host's people sign in by OpenID Connect; empty: they sign in here alone."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_client_secret_file: Path | None = None
    oidc_name: str = "Club-assistent"
    """What the button says."""
    oidc_scope: str = "openid email profile"
    oidc_club_claim: str = "clubs"
    """The claim that holds somebody's clubs."""
    oidc_role_claim: str = "role"
    """The claim that holds what somebody is."""
    oidc_roles: Annotated[str, AfterValidator(_roles)] = " ".join(f"{role}={role}" for role in ROLES)
    """``theirs=ours theirs=ours``: what the values of that claim mean here."""
    oidc_verifies_email: bool = False
    """Whether the host verifies every e-mail address, also where it does not say so."""

    support_name: str = "Support"
    """How the help desk is called in texts to clubs."""
    four_eyes: Literal["always", "overrides", "never"] = "overrides"
    """When a second agent has to approve an activation."""
    outage_pauses: Annotated[str, AfterValidator(_seconds)] = "60,120,300,900,1800,3600"
    """Seconds until each repeat of a run while a package is down; the last one repeats."""
    reply_delay: Annotated[int, Field(ge=0, le=600)] = 15
    """Seconds in which a reply to a club can be undone."""
    embedded_worker: bool = True
    """Whether the web process also does the jobs; otherwise ``flask work`` does."""

    secure_cookies: bool | None = None
    """Whether cookies travel over https alone; by itself it follows ``base_url``."""
    proxies: Annotated[int, Field(ge=0, le=5)] = 0
    """How many reverse proxies stand in front and may say who calls."""
    password_rounds: Annotated[int, Field(ge=1, le=20)] = 3
    """Time cost of argon2 for passwords."""
    password_memory: Annotated[int, Field(ge=32, le=1_048_576)] = 65_536
    """Memory cost of argon2 for passwords, in KiB."""
    wrong_passwords: Annotated[int, Field(ge=1, le=100)] = 8
    """After so many wrong passwords in a row an account is locked."""
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    sign_in_limit: str = "30 per 15 minutes"
    """Attempts to sign in from one address."""
    link_limit: str = "5 per hour"
    """Mailed links to one e-mail address."""
    request_limit: str = "240 per minute"
    """Forms sent from one address."""
    link_hours: Annotated[int, Field(ge=1, le=72)] = 2
    """How long a sign-in or reset link can be used."""
    invitation_days: Annotated[int, Field(ge=1, le=90)] = 14
    session_hours: Annotated[int, Field(ge=1, le=720)] = 12
    second_factor: Literal["required", "offered"] = "required"
    """Whether the help desk's people have to sign in with a code of an app too; members may in any case."""
    fresh_minutes: Annotated[int, Field(ge=1, le=720)] = 15
    """How long somebody may do what asks for proof of who they are, before they are asked again."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in FROM_FILES:
            path = values.get(f"{name}_file")
            if path and not values.get(name):
                values[name] = content_of(f"{PREFIX}{name.upper()}", Path(path))
        return values

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in ("secret_key", "keys") if getattr(self, name) is None]
        if missing:
            raise ValueError("; ".join(_MISSING[name] for name in missing))
        problems = self._webhook_problems() + self._oidc_problems()
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _webhook_problems(self) -> list[str]:
        first, second = f"{PREFIX}WEBHOOK_KEY", f"{PREFIX}WEBHOOK_SECOND_KEY"
        problems = []
        if self.webhook_url and self.webhook_key is None:
            problems.append(f"{first} (or {first}_FILE) is not set; make one with: openssl rand -base64 48")
        if self.webhook_key is not None and not self.webhook_url:
            problems.append(f"{first} is set, but {PREFIX}WEBHOOK_URL is not")
        if self.webhook_second_key is not None and self.webhook_key is None:
            problems.append(f"{second} is set, but {first} is not")
        if self.secret in self.webhook_keys:
            problems.append(f"{first} has to be another key than {PREFIX}SECRET_KEY")
        return problems

    @property
    def secret(self) -> str:
        """The value of ``secret_key``."""
        assert self.secret_key is not None
        return self.secret_key.get_secret_value()

    def _oidc_problems(self) -> list[str]:
        given = {name: bool(getattr(self, name)) for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")}
        if not any(given.values()):
            return []
        missing = [f"{PREFIX}{name.upper()}" for name, is_given in given.items() if not is_given]
        problems = [f"{name} is not set, but something else of the host's sign-in is" for name in missing]
        if "openid" not in self.oidc_scope.split():
            problems.append(f'{PREFIX}OIDC_SCOPE needs the word "openid"')
        return problems

    @property
    def has_host_sign_in(self) -> bool:
        """Whether the host's people can sign in at the host."""
        return bool(self.oidc_issuer)

    @property
    def oidc_origin(self) -> str:
        """Scheme, name and port of the host's sign-in, as a content policy names them."""
        parts = urlsplit(self.oidc_issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def webhook_keys(self) -> tuple[str, ...]:
        """What signs what the host hears: one key, or two while it is exchanged."""
        keys = (self.webhook_key, self.webhook_second_key)
        return tuple(key.get_secret_value() for key in keys if key is not None)

    @property
    def is_secure(self) -> bool:
        """Whether people reach the app over https."""
        return self.base_url.startswith("https://") if self.secure_cookies is None else self.secure_cookies

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def hosts_at(self) -> Mapping[str, str]:
        """The map of hosts for ``connectors.kit.http``: host to address."""
        return parse_at(self.at.split())

    @property
    def pauses(self) -> tuple[int, ...]:
        """``outage_pauses`` as numbers of seconds."""
        return tuple(int(part) for part in self.outage_pauses.split(","))


_MISSING = {
    "secret_key": (
        "KOPPELBALIE_SECRET_KEY (or KOPPELBALIE_SECRET_KEY_FILE) is not set; make one with: openssl rand -base64 48"
    ),
    "keys": (
        "KOPPELBALIE_KEYS (or KOPPELBALIE_KEYS_FILE) is not set; "
        'make one with: echo "k1:$(openssl rand -base64 32)", and keep it apart from the database and its back-ups'
    ),
}


def read_settings(others: Collection[str] = ()) -> Settings:
    """The settings of this process's environment. Raises ``SettingsProblem``.

    ``others`` are names of settings that somebody else reads; any name that nobody knows is a problem.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | set(others)
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsProblem(f"{', '.join(unknown)}: no such setting")
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsProblem("\n".join(_explain(error))) from None


def current_settings() -> Settings:
    """The settings of the current app."""
    settings: Settings = current_app.extensions["koppelbalie"]
    return settings


def content_of(name: str, path: Path) -> str:
    """The content of the file that the setting ``name`` may stand in. ValueError says why it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise ValueError(f"{name}_FILE: {path} cannot be read: {reason}") from None


def _explain(error: ValidationError) -> list[str]:
    problems = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        where = "".join(f"{PREFIX}{str(part).upper()}: " for part in problem["loc"][:1])
        problems.append(f"{where}{message}")
    return problems
