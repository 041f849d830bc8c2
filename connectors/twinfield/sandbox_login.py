"""The emulator of login.twinfield.com: the logon with a password, and all of consent."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.kit.sandbox import address_of
from connectors.kit.soap_sandbox import Call, Reply, SoapService
from connectors.twinfield.cluster import BINDING, LOGIN_HOST, LOGON
from connectors.twinfield.made_up import USERS, organisation_of, password_of
from connectors.twinfield.sandbox_cluster import BY_SESSION
from connectors.twinfield.sandbox_consent import ConsentSide
from connectors.twinfield.sandbox_state import Sessions

RESULTS = {
    "fout": "Invalid",
    "blok": "Blocked",
    "uit": "Disabled",
    "weg": "Deleted",
    "inactief": "OrganisationInactive",
    "onbekend": "Untrusted",
    "client": "ClientInvalid",
    "mislukt": "Failed",
    "oauth": "OAuth2AuthenticationRequired",
    "geenadm": "NoAvailableCompanies",
}
"""What Logon says of each user that it refuses."""
ACTIONS = {"sms": "SMSLogon", "nieuwww": "ChangePassword"}
EVIL = "https://evil.example"


class LoginSide:
    """Answers at the address where everybody signs in."""

    def __init__(self, sessions: Sessions, consent: ConsentSide, ailments: Ailments) -> None:
        self._sessions = sessions
        self._consent = consent
        self._ailments = ailments
        operations = {"Logon": self._logon}
        self._service = SoapService(LOGON.wsdl, BINDING, host=LOGIN_HOST, path=LOGON.path, operations=operations)

    def __call__(self, request: Request) -> Response:
        return self._service(request) if request.path == LOGON.path else self._consent(request)

    def _logon(self, call: Call) -> Reply:
        asked = call.arguments
        user = (asked.user or "").casefold()
        ails = self._ailments.of(user)
        match ails:
            case "storing":
                return faults.outage()
            case "limiet":
                return faults.limited(30)
        given = (asked.password, (asked.organisation or "").casefold())
        if user not in USERS or given != (password_of(user), organisation_of(user).casefold()):
            return _refused("Invalid")
        if ails in RESULTS:
            return _refused(RESULTS[ails])
        answer = self._service.answer("Logon", **self._entered(call, user, ails))
        match ails:
            case "traag":
                return faults.slow(answer)
            case "kapot":
                return faults.halved(answer)
        return answer

    def _entered(self, call: Call, user: str, ails: str) -> dict[str, object]:
        cluster = {"geencluster": None, "slechtcluster": EVIL}.get(ails, address_of(call.request, BY_SESSION))
        return {
            "LogonResult": "Ok",
            "nextAction": ACTIONS.get(ails, "None"),
            "cluster": cluster,
            "_soapheaders": {"Header": {"SessionID": self._sessions.begin(user)}},
        }


def _refused(result: str) -> Reply:
    return {"LogonResult": result, "nextAction": "None"}
