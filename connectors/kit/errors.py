"""What can go wrong at a package, and whose turn it is when it does."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from connectors.kit.text import Text


class Owner(StrEnum):
    """Who has to act."""

    CLUB = "club"
    SUPPORT = "support"
    PROVIDER = "provider"
    US = "us"


class ProviderError(Exception):
    """A situation at a package; the blame decides whose turn it is.

    ``problem`` and ``remedy`` are read by the club; ``fields`` are the keys of the login's fields that
    caused it (none, one or several); ``path`` is the click path of the remedy in the package's own menu;
    ``detail`` is technical and for support only. None of them may hold a secret: the run redacts
    ``detail`` by value, and ``str()`` gives the class name alone, so that no log can hold more. ``in_doubt``
    says that the package may have done what was asked all the same.
    """

    blame: ClassVar[Owner] = Owner.US

    def __init__(
        self,
        problem: Text,
        *,
        remedy: Text | None = None,
        fields: tuple[str, ...] = (),
        path: tuple[str, ...] = (),
        detail: str = "",
        in_doubt: bool = False,
    ) -> None:
        super().__init__(type(self).__name__)
        self.problem = problem
        self.remedy = remedy
        self.fields = fields
        self.path = path
        self.detail = detail
        self.in_doubt = in_doubt


class InvalidCredentials(ProviderError):
    """The package refuses these codes."""

    blame = Owner.CLUB


class ActionRequired(ProviderError):
    """The club has to do something at the package first."""

    blame = Owner.CLUB


class MissingRight(ProviderError):
    """The codes work, but may not do what we need."""

    blame = Owner.CLUB


class SetupMissing(ProviderError):
    """Something that we need does not exist in the administration."""

    blame = Owner.CLUB


class ConsentExpired(ProviderError):
    """The consent is over; the club gives it again."""

    blame = Owner.CLUB


class MethodClosed(ProviderError):
    """The package does not allow this way of signing in; another way is open."""

    blame = Owner.CLUB


class RateLimited(ProviderError):
    """The package asks us to wait ``retry_after`` seconds."""

    blame = Owner.PROVIDER

    def __init__(self, problem: Text, *, retry_after: float, detail: str = "") -> None:
        super().__init__(problem, detail=detail)
        self.retry_after = retry_after


class Unavailable(ProviderError):
    """The package cannot be reached, or not in time."""

    blame = Owner.PROVIDER


class HostMisconfigured(ProviderError):
    """The package refuses us, not the club: always *failed, owner us*."""

    blame = Owner.US


class UnexpectedAnswer(ProviderError):
    """The package answered something that we cannot read: ours to mend, never the club's."""

    blame = Owner.US
