"""The emulator of a cluster: session, processxml and finder, each as strict as its published description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit.ailments import Ailments
from connectors.kit.oauth_sandbox import Consents
from connectors.kit.soap_sandbox import Call, Operation, Reply, SoapService, fault
from connectors.twinfield import sandbox_books as books
from connectors.twinfield.cluster import BINDING, CLUSTER_HOSTS, FINDER, PROCESS, SESSION, Service
from connectors.twinfield.consent import OVER, SCOPE
from connectors.twinfield.sandbox_inner import processed
from connectors.twinfield.sandbox_state import LOST, Sessions

BY_SESSION, BY_TOKEN = CLUSTER_HOSTS
ELSEWHERE, NO_SCOPE, NO_COMPANY = "108", "352", "109"
MESSAGES = {
    LOST: "Access denied. Please log on.",
    OVER: "Access denied. The access token is not valid.",
    ELSEWHERE: "Access denied. Wrong cluster.",
    NO_SCOPE: "Access denied. A claim is missing.",
    NO_COMPANY: "Access denied. No company.",
}
OPTIONS = {"DIM": {"dimtype", "section", "level"}, "VAT": {"vattype"}, "TRS": {"hidden"}, "PAY": {"paytype"}}
"""Options that the finder takes, by type."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the club, what ails it, the session if there is one, and the administration that it is about."""

    club: str
    ails: str
    session_id: str
    office: str


Asked = Callable[[Call, Caller], Reply]
"""An operation, for somebody who is known."""


def told(code: str) -> Response:
    """A Fault with a code in its detail, as the service writes it."""
    message = MESSAGES.get(code, "Access denied.")
    detail = f"<message>{message}</message><code>{code}</code><source>Security</source>"
    return fault("soap:Client", message, detail)


class ClusterSide:
    """Answers the SOAP calls of one cluster, by session at one of them and by token at the other."""

    def __init__(self, host: str, sessions: Sessions, consents: Consents, ailments: Ailments) -> None:
        self._host = host
        self._sessions = sessions
        self._consents = consents
        self._ailments = ailments
        session: Mapping[str, Asked] = {"SelectCompany": self._select, "Abandon": self._abandon, "GetRole": self._role}
        services: tuple[tuple[Service, Mapping[str, Asked]], ...] = (
            (SESSION, session),
            (PROCESS, {"ProcessXmlString": self._process}),
            (FINDER, {"Search": self._search}),
        )
        self._services = {service.path: self._service(service, operations) for service, operations in services}

    def __call__(self, request: Request) -> Response:
        if request.path not in self._services:
            raise NotFound
        return self._services[request.path](request)

    def _service(self, service: Service, operations: Mapping[str, Asked]) -> SoapService:
        known = {name: self._known(operation) for name, operation in operations.items()}
        return SoapService(service.wsdl, BINDING, host=self._host, path=service.path, operations=known)

    def _known(self, operation: Asked) -> Operation:
        """The operation for callers who are known, and the Fault of what ails them."""

        def answer(call: Call) -> Reply:
            caller = self._caller(call)
            return caller if isinstance(caller, Response) else operation(call, caller)

        return answer

    def _caller(self, call: Call) -> Caller | Response:
        header = call.header and call.header.Header
        session_id = str((header and header.SessionID) or "")
        if session_id:
            return self._by_session(call, session_id)
        token = str((header and header.AccessToken) or "")
        if not token:
            return told(LOST)
        return self._by_token(token, str(header.CompanyCode or ""))

    def _by_session(self, call: Call, session_id: str) -> Caller | Response:
        opened = self._sessions.of(session_id)
        ails = self._ailments.of(opened.user)
        if call.operation == "Abandon":
            return Caller(opened.user, ails, session_id, "")
        if opened.wrong:
            return told(opened.wrong)
        if self._host != BY_SESSION:
            return told(ELSEWHERE)
        return told(ails[1:]) if _is_fault(ails) else Caller(opened.user, ails, session_id, opened.office)

    def _by_token(self, token: str, office: str) -> Caller | Response:
        pair = self._consents.alive(token)
        ails = self._ailments.of(pair.club) if pair is not None else ""
        if pair is None or ails == "ingetrokken":
            return told(OVER)
        if self._host != BY_TOKEN:
            return told(ELSEWHERE)
        if ails == "reden354":
            return Response("", f"401 {OVER} : {MESSAGES[OVER]}", content_type="text/html")
        if ails == "scope" or not set(SCOPE.split()) <= set((pair.scope or SCOPE).split()):
            return told(NO_SCOPE)
        return told(ails[1:]) if _is_fault(ails) else Caller(pair.club, ails, "", office)

    def _select(self, call: Call, caller: Caller) -> Reply:
        office = call.arguments if isinstance(call.arguments, str) else call.arguments.company
        if not caller.session_id or office not in dict(books.offices(caller.club)):
            return {"SelectCompanyResult": "Invalid"}
        self._sessions.select(caller.session_id, office)
        return {"SelectCompanyResult": "Ok"}

    def _abandon(self, call: Call, caller: Caller) -> Reply:
        self._sessions.end(caller.session_id)
        return None

    def _role(self, call: Call, caller: Caller) -> Reply:
        return {"GetRoleResult": "LVL1" if caller.ails == "niveau1" else "LVL4"}

    def _process(self, call: Call, caller: Caller) -> Reply:
        asked = call.arguments if isinstance(call.arguments, str) else call.arguments.xmlRequest
        answer = processed(asked or "", caller.club, caller.ails, by_token=not caller.session_id, office=caller.office)
        return told(NO_COMPANY) if answer is None else {"ProcessXmlStringResult": answer}

    def _search(self, call: Call, caller: Caller) -> Reply:
        asked = call.arguments
        refusal = _refused(call, caller)
        if refusal:
            error = {"Type": "Error", "Text": "Not allowed.", "Code": refusal}
            return {"SearchResult": {"MessageOfErrorCodes": [error]}, "data": {"TotalRows": 0}}
        rows = books.searched(caller.ails, asked.type, asked.pattern or "")
        shown = rows[asked.firstRow - 1 :][: asked.maxRows]
        items = [{"string": list(row)} for row in shown]
        data = {
            "TotalRows": len(rows),
            "Columns": {"string": ["Code", "Naam"]},
            "Items": {"ArrayOfString": items},
        }
        return {"SearchResult": {"MessageOfErrorCodes": []}, "data": data}


def _is_fault(ails: str) -> bool:
    return ails.startswith("f") and ails[1:].isdigit()


def _refused(call: Call, caller: Caller) -> str:
    """The code of the finder's refusal, empty when there is none."""
    asked = call.arguments
    given = getattr(asked.options, "ArrayOfString", None) or []
    options = [tuple(one.string) for one in given]
    if caller.ails == "geenrecht" or caller.office not in dict(books.offices(caller.club)):
        return "NoAccessToOffice"
    if asked.type not in OPTIONS:
        return "InvalidFinderType"
    if any(len(option) != 2 or option[0] not in OPTIONS[asked.type] for option in options):
        return "OptionNotAllowed"
    if asked.type == "DIM" and ("dimtype", "DEB") not in options:
        return "OptionMandatory"
    if asked.field != 0 or asked.firstRow < 1 or asked.maxRows < 1:
        return "ParameterOutOfRange"
    return ""
