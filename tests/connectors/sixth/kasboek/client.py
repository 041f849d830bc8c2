"""Calls on Kasboek Online, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from connectors.kit.errors import InvalidCredentials, RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.http import BUSY, OURS, UNREACHABLE, Answer, Http, retry_after
from connectors.kit.text import Text

if TYPE_CHECKING:
    from . import Login

HOST = "api.kasboek.example"
REFUSED = Text(nl="Kasboek Online accepteert deze sleutel niet.", en="Kasboek Online does not accept this key.")
MAKE_ANOTHER = Text(nl="Maak een nieuwe sleutel en plak die hier.", en="Make a new key and paste it here.")

Read = TypeVar("Read", bound=BaseModel)


class Books(BaseModel):
    """The administration behind a key."""

    id: str
    name: str


class Account(BaseModel):
    """A ledger account."""

    number: str
    name: str
    kind: str


class Accounts(BaseModel):
    """The ledger."""

    accounts: tuple[Account, ...]


class Kasboek:
    """A session: reads each thing once. Raises the ``ProviderError`` that an answer means."""

    def __init__(self, login: Login, http: Http) -> None:
        self.login = login
        self._http = http

    def books(self) -> Books:
        """Whose books these are."""
        return self._books

    def accounts(self) -> tuple[Account, ...]:
        """All ledger accounts."""
        return self._accounts.accounts

    @cached_property
    def _books(self) -> Books:
        return self._read("/v1/books", Books)

    @cached_property
    def _accounts(self) -> Accounts:
        return self._read("/v1/accounts", Accounts)

    def _read(self, path: str, kind: type[Read]) -> Read:
        headers = {"Authorization": f"Bearer {self.login.api_key.reveal()}", "Accept": "application/json"}
        answer = self._http.call("GET", f"https://{HOST}{path}", operation=path, headers=headers)
        match answer.status:
            case 200:
                return kind.model_validate_json(answer.body)  # another shape is ours to mend: the run says so
            case 401 if not answer.is_html:
                raise InvalidCredentials(REFUSED, remedy=MAKE_ANOTHER, fields=("api_key",), detail="status 401")
            case 429:
                raise self._limited(answer)
            case 500:
                raise Unavailable(UNREACHABLE.format(name=self._http.name), detail="status 500")
        raise UnexpectedAnswer(OURS, detail=f"status {answer.status}: {self._http.excerpt(answer)}")

    def _limited(self, answer: Answer) -> RateLimited:
        limited = RateLimited(BUSY.format(name=self._http.name), retry_after=retry_after(answer, otherwise=60))
        return self._http.hold(HOST, limited)


@contextmanager
def connect(login: Login, host: None, http: Http) -> Iterator[Kasboek]:
    """A session; there is nothing to close."""
    yield Kasboek(login, http)
