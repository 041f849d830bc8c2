"""What the host says of somebody who signed in there: who they are, their clubs, what they may do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.kit.text import LANGUAGES
from onboarding.accounts import names
from onboarding.accounts.addresses import tidy_email
from onboarding.accounts.models import RoleName
from onboarding.settings import Settings, read_roles

MOST_CLUBS = 200
"""Clubs of one person that are looked at."""
LONGEST_ID = 120


@dataclass(frozen=True, slots=True)
class HostClub:
    """A club as the host knows it; ``name`` is empty when the host does not tell."""

    host_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody as the host knows them. ``email`` is empty unless it is an address."""

    issuer: str
    subject: str
    email: str
    is_verified: bool
    name: str
    language: str
    clubs: tuple[HostClub, ...]
    roles: frozenset[RoleName]


def read_claims(claims: Mapping[str, Any], settings: Settings, language: str) -> Claimed:
    """Claims of a proven identity; ``language`` is for who has none of their own there."""
    said = claims.get("email_verified")
    email = _email(claims.get("email"))
    return Claimed(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=email,
        is_verified=said is True or said == "true" or (said is None and settings.oidc_verifies_email),
        name=_name(claims) or email.partition("@")[0],
        language=_language(claims.get("locale"), language),
        clubs=tuple({club.host_id: club for club in _clubs(claims.get(settings.oidc_club_claim))}.values()),
        roles=_roles(claims.get(settings.oidc_role_claim), settings),
    )


def _email(said: object) -> str:
    try:
        return tidy_email(said) if isinstance(said, str) else ""
    except ValueError:
        return ""


def _name(claims: Mapping[str, Any]) -> str:
    whole = claims.get("name") or " ".join(str(claims.get(part) or "") for part in ("given_name", "family_name"))
    tidy = names.tidy_name(whole)[: names.LONGEST].strip() if isinstance(whole, str) else ""
    return tidy if names.problem_with(tidy) is None else ""


def _language(said: object, otherwise: str) -> str:
    start = said[:2].lower() if isinstance(said, str) else ""
    return start if start in LANGUAGES else otherwise


def _clubs(said: object) -> Iterator[HostClub]:
    """One club or a list of them; each an id, or an object with ``id`` and ``name``."""
    for entry in said[:MOST_CLUBS] if isinstance(said, list) else [said]:
        match entry:
            case {"id": str() | int() as host_id, **more}:
                club = HostClub(str(host_id).strip(), _club_name(more.get("name")))
            case str() | int() if not isinstance(entry, bool):
                club = HostClub(str(entry).strip())
            case _:
                continue
        if 0 < len(club.host_id) <= LONGEST_ID and club.host_id.isprintable():
            yield club


def _club_name(said: object) -> str:
    tidy = names.tidy_name(said) if isinstance(said, str) else ""
    return tidy if names.problem_with(tidy) is None else ""


def _roles(said: object, settings: Settings) -> frozenset[RoleName]:
    """A role or a list of them, in the host's words; what has no meaning here counts as a member."""
    meant = read_roles(settings.oidc_roles)
    words = said if isinstance(said, list) else [said]
    ours = {meant.get(word, "member") for word in words if isinstance(word, str)}
    return frozenset(RoleName(role) for role in ours if role != "member")
