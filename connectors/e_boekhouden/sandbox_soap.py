"""The emulator of soap.e-boekhouden.nl: speaks by our WSDL and refuses what its schema refuses."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.e_boekhouden.client import BINDING, HOST, WSDL
from connectors.e_boekhouden.made_up import CODES
from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.kit.soap_sandbox import Call, Reply, SoapService, fault

ACCOUNTS = (
    ("0200", "Inventaris", "BAL"),
    ("0500", "Verenigingskapitaal", "BAL"),
    ("1000", "Kas", "FIN"),
    ("1010", "Bank", "FIN"),
    ("1300", "Debiteuren", "DEB"),
    ("1510", "Af te dragen btw laag", "AF6"),
    ("1520", "Af te dragen btw hoog", "AF19"),
    ("1560", "Voorbelasting", "VOOR"),
    ("1600", "Crediteuren", "CRED"),
    ("4000", "Huur sporthal", "VW"),
    ("4100", "Trainers", "VW"),
    ("4200", "Bondsafdracht", "VW"),
    ("4300", "Materiaal en kleding", "VW"),
    ("4900", "Bankkosten", "VW"),
    ("8000", "Contributie", "VW"),
    ("8010", "Inschrijfgeld", "VW"),
    ("8100", "Sponsoring", "VW"),
    ("8200", "Kantine", "VW"),
    ("8300", "Donaties", "VW"),
)
"""Code, name and category of a made-up club's ledger accounts."""
CENTRES = ((11, "Senioren"), (12, "Jeugd"), (13, "Kantine"))
BOOKS = (("SV Voorbeeld", "Utrecht"), ("VV Elders", "Zwolle"))
"""What an accountant's login sees: name and town."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """An open session; an unsound one is lost at its first use."""

    user: str
    sound: bool = True


class SoapSide:
    """Answers SOAP calls. Error codes that nobody has seen at the real service start with SANDBOX_."""

    def __init__(self, ailments: Ailments) -> None:
        self.sessions: dict[str, _Opened] = {}
        """Sessions that were opened and not closed, by id."""
        self._ailments = ailments
        self._lost: set[str] = set()
        self._guard = threading.Lock()
        operations = {
            "OpenSession": self._open,
            "CloseSession": self._close,
            "GetGrootboekrekeningen": self._accounts,
            "GetKostenplaatsen": self._centres,
            "GetAdministraties": self._administrations,
        }
        self._service = SoapService(WSDL, BINDING, host=HOST, path="/soap.asmx", operations=operations)

    def __call__(self, request: Request) -> Response:
        if request.path != "/soap.asmx":
            raise NotFound
        return self._service(request)

    def _open(self, call: Call) -> Reply:
        asked = call.arguments
        user = asked.Username or ""
        codes = CODES.get(user)
        match self._ailments.of(user):
            case "storing":
                return faults.outage()
            case "fault":
                return fault("soap:Server", "Server was unable to process request.")
            case "html":
                return faults.web_page()
            case "limiet":
                return _error(call, "E003.1", "Te veel aanroepen.")
            case "fout":
                codes = None
            case "nosession":
                return _result(call)
        if codes is None or (asked.SecurityCode1, asked.SecurityCode2) != (codes.one, codes.two):
            return _error(call, "SANDBOX_LOGIN", "Gebruikersnaam of beveiligingscode onjuist.")
        answer = self._service.answer(call.operation, **_result(call, SessionID=self._begin(user)))
        match self._ailments.of(user):
            case "traag":
                return faults.slow(answer)
            case "kapot":
                return faults.halved(answer)
        return answer

    def _begin(self, user: str) -> str:
        session_id = secrets.token_hex(16).upper()
        with self._guard:
            first = self._ailments.of(user) == "sessieweg" and user not in self._lost
            self._lost.discard(user)
            self.sessions[session_id] = _Opened(user, sound=not first and self._ailments.of(user) != "sessiedood")
        return session_id

    def _close(self, call: Call) -> Reply:
        self.sessions.pop(call.arguments.SessionID, None)
        return None

    def _inside(self, call: Call) -> tuple[str, Reply]:
        """What ails the club of an open session, or an error to answer."""
        session_id = call.arguments.SessionID or ""
        with self._guard:
            opened = self.sessions.get(session_id)
            if opened is not None and not opened.sound:
                del self.sessions[session_id]
                self._lost.add(opened.user)
                opened = None
        if opened is None:
            return "", _error(call, "E0023", "Sessie ongeldig.")
        if call.arguments.SecurityCode2 != CODES[opened.user].two:
            return "", _error(call, "SANDBOX_CODE2", "Beveiligingscode 2 onjuist.")
        return self._ailments.of(opened.user), None

    def _accounts(self, call: Call) -> Reply:
        ails, refusal = self._inside(call)
        if refusal is not None:
            return refusal
        rows = [
            {"ID": number, "Code": code, "Omschrijving": name, "Categorie": category, "Groep": ""}
            for number, (code, name, category) in enumerate(ACCOUNTS, start=1)
            if (ails, code) != ("rekeningweg", "8000") and (ails, category) != ("geendeb", "DEB") and ails != "leeg"
        ]
        rows = _filtered(rows, call, {"ID": "ID", "Code": "Code", "Categorie": "Categorie"})
        return _result(call, Rekeningen={"cGrootboekrekening": rows})

    def _centres(self, call: Call) -> Reply:
        ails, refusal = self._inside(call)
        if refusal is not None:
            return refusal
        rows = [
            {"KostenplaatsId": number, "Omschrijving": name, "KostenplaatsParentId": 0}
            for number, name in CENTRES
            if (ails, number) != ("kostenplaatsweg", 12)
        ]
        rows = _filtered(rows, call, {"KostenplaatsID": "KostenplaatsId", "Omschrijving": "Omschrijving"})
        return _result(call, Kostenplaatsen={"cKostenplaats": rows})

    def _administrations(self, call: Call) -> Reply:
        ails, refusal = self._inside(call)
        if refusal is not None:
            return refusal
        if ails == "zondertoken":  # refused rather than empty: which of the two is real is not known
            return _error(call, "SANDBOX_NO_ACCOUNTANT", "Alleen voor accountants.")
        books = BOOKS if ails == "accountant" else ()
        rows = [
            {"Bedrijf": name, "Plaats": town, "Guid": f"00000000-0000-4000-9000-{number:012}", "StartBoekjaar": "1"}
            for number, (name, town) in enumerate(books, start=1)
        ]
        return _result(call, Administraties={"cAdministratie": rows})


def _filtered(rows: list[dict[str, Any]], call: Call, members: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows that the call's filter lets through; an empty or zero member of it asks for all."""
    asked = {theirs: getattr(call.arguments.cFilter, member, None) for member, theirs in members.items()}
    return [row for row in rows if all(not wanted or row[name] == wanted for name, wanted in asked.items())]


def _result(call: Call, **members: Any) -> dict[str, Any]:
    """A success: its error is there, with nothing in it."""
    return {f"{call.operation}Result": {"ErrorMsg": {"LastErrorCode": "", "LastErrorDescription": ""}, **members}}


def _error(call: Call, code: str, description: str) -> dict[str, Any]:
    return {f"{call.operation}Result": {"ErrorMsg": {"LastErrorCode": code, "LastErrorDescription": description}}}
