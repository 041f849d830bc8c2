"""The way in with a password: one logon, one session at the cluster that it names, signed off in any case."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from connectors.kit.errors import ProviderError, UnexpectedAnswer
from connectors.kit.http import Http
from connectors.kit.soap import Fault
from connectors.twinfield import answers
from connectors.twinfield.cluster import LOGIN_HOST, LOGON, SESSION, Service, cluster_host

if TYPE_CHECKING:
    from connectors.twinfield.login import Login

NO_ACTION = "None"
LOST, ELSEWHERE, THROWN_OUT = "103", "108", "168"
"""Codes of Faults: no session any more, another cluster by now, ended by another logon of the same user."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What signing in brought. ``action`` is a step that Twinfield still asks for, ``cluster`` as it was named."""

    organisation: str
    user: str
    action: str
    cluster: str


class Way(Protocol):
    """How calls get to Twinfield, whichever way the club chose. Every method raises a ``ProviderError``."""

    consented: bool
    thrown_out: bool
    """Whether somebody else signed in with the same user meanwhile."""

    def entry(self) -> Entry:
        """What signing in brought; the first call signs in."""
        ...

    def choose(self, office: str) -> bool:
        """Make later calls be about an administration; whether it can be chosen."""
        ...

    def ask(self, service: Service, operation: str, **arguments: Any) -> Any:
        """Call an operation at the cluster; reads only, as it may go out twice."""
        ...

    def leave(self) -> bool:
        """Sign off; whether there was anything to sign off from."""
        ...


def ready(entry: Entry) -> str:
    """The host of the cluster for whoever is wholly signed in; raises when something stands in between."""
    if entry.action != NO_ACTION:
        raise answers.asked_for(entry.action)
    return cluster_host(entry.cluster)


class PasswordWay:
    """User, password and environment. A logon that was refused is never sent again."""

    consented = False

    def __init__(self, login: Login, http: Http, *, can_consent: bool = True) -> None:
        self.thrown_out = False
        self._login = login
        self._can_consent = can_consent
        self._http = http
        self._entry: Entry | None = None
        self._error: ProviderError | None = None
        self._id = ""
        self._office = ""
        self._renewed = False

    def entry(self) -> Entry:
        """What the logon brought; the first call logs on."""
        if self._error is not None:
            raise self._error.with_traceback(None)
        if self._entry is None:
            try:
                self._entry = self._logon()
            except ProviderError as error:
                self._error = error
                raise
        return self._entry

    def choose(self, office: str) -> bool:
        """Select the administration in the session."""
        self._office = ""
        chosen = str(self.ask(SESSION, "SelectCompany", company=office)) == "Ok"
        self._office = office if chosen else ""
        return chosen

    def ask(self, service: Service, operation: str, **arguments: Any) -> Any:
        """Call inside the session. One that was lost is opened once more in a run, unless somebody else took it."""
        host = ready(self.entry())
        try:
            return self._send(host, service, operation, arguments)
        except Fault as fault:
            if answers.code_of(fault) not in (LOST, ELSEWHERE) or self._renewed:
                raise self._told(operation, fault) from None
        host = self._again()
        try:
            return self._send(host, service, operation, arguments)
        except Fault as fault:
            raise self._told(operation, fault) from None

    def leave(self) -> bool:
        """Abandon the session if there is one: one attempt, whatever comes of it."""
        session_id, self._id = self._id, ""
        if not session_id or self._entry is None:
            return False
        with suppress(UnexpectedAnswer):  # without a cluster there is nowhere to sign off
            host = cluster_host(self._entry.cluster)
            with suppress(Fault):  # any answer will do
                SESSION.at(host, self._http).part("Abandon", _soapheaders=_header(session_id))
        return True

    def _logon(self) -> Entry:
        given = self._login
        password = given.password.reveal() if given.password else ""
        soap = LOGON.at(LOGIN_HOST, self._http)
        try:
            answer = soap.call("Logon", user=given.user, password=password, organisation=given.organisation)
        except Fault as fault:
            raise self._told("Logon", fault) from None
        body, action = answer.body, str(answer.body.nextAction or "")
        if body.LogonResult != "Ok":
            raise answers.refused_logon(str(body.LogonResult or ""), can_consent=self._can_consent)
        header = answer.header and answer.header.Header
        self._id = str((header and header.SessionID) or "").strip()
        if not self._id and action == NO_ACTION:
            raise answers.unreadable("Logon", "Ok, but no SessionID")
        self._http.redact.learn(self._id)
        return Entry(given.organisation or "", given.user or "", action, str(body.cluster or "").strip())

    def _again(self) -> str:
        """A new session, with the administration of the former one selected; the host of its cluster."""
        self._renewed, self._id, self._entry = True, "", None
        host = ready(self.entry())
        if self._office:
            try:
                chosen = self._send(host, SESSION, "SelectCompany", {"company": self._office})
            except Fault as fault:
                raise self._told("SelectCompany", fault) from None
            if str(chosen) != "Ok":
                raise answers.unreadable("SelectCompany", f"{chosen}, after a new session")
        return host

    def _send(self, host: str, service: Service, operation: str, arguments: dict[str, Any]) -> Any:
        return service.at(host, self._http).call(operation, _soapheaders=_header(self._id), **arguments)

    def _told(self, operation: str, fault: Fault) -> ProviderError:
        """The error of a Fault. After another logon of the same user nothing is sent in this run any more."""
        error = answers.fault(operation, fault)
        if answers.code_of(fault) == THROWN_OUT:
            self.thrown_out, self._error = True, error
        return error


def _header(session_id: str) -> dict[str, Any]:
    return {"Header": {"SessionID": session_id}}
