"""The emulator of Exact's consent: the page that gives a code, and the token endpoint with its refusals."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from connectors.exact_online.made_up import BACK, CLIENT_ID, CLIENT_SECRET, CLUBS, KEY, NAMES, PASTED_AT, code_of
from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.kit.oauth import ClientAuth
from connectors.kit.oauth_sandbox import (
    Consents,
    Pair,
    Rules,
    Trouble,
    consent_page,
    is_address,
    made_up_access,
    sent_back,
)

ASKED = {"client_id", "redirect_uri", "response_type", "state", "force_login"}
"""What the page takes in its address: rights are no part of it, they stand in the registration."""
FORMS = {
    "authorization_code": {"grant_type", "code", "redirect_uri", "client_id", "client_secret"},
    "refresh_token": {"grant_type", "refresh_token", "client_id", "client_secret"},
}
EARLIEST, ACCESS_LIVES, CODE_LIVES, REFRESH_LIVES = 570.0, 600.0, 180.0, 30 * 86_400.0
"""Seconds."""
REFUSED_CODES = {
    "code-oud": ("invalid_grant", "Processing of the HTTP request resulted in an exception: invalid or empty chainId"),
    "code-gebruikt": ("invalid_request", "The authorization code was used before."),
}
"""What is wrong with the code of a club; that of “code-kapot” gets no more than “Bad Request”."""
TOO_OLD = "The refresh token expired at 1/1/2026 12:00:00 PM and it is now 2/1/2026 12:00:00 PM."
SHOWN = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Code</title></head>
<body><h1>Je code</h1><p>Kopieer deze code als tekst:</p><p><code>{code}</code></p></body></html>"""


class ConsentSide:
    """Gives codes and pairs, and knows whose token is whose."""

    def __init__(self, ailments: Ailments, clock: Callable[[], float]) -> None:
        rules = Rules(CLIENT_ID, CLIENT_SECRET, ClientAuth.FORM, CODE_LIVES, ACCESS_LIVES)
        self.consents = Consents(KEY, NAMES, rules, clock, prefix="stampNL001.demo!")
        self._ailments = ailments
        self._clock = clock

    def __call__(self, request: Request) -> Response:
        match request.path.rpartition("/")[2], request.method:
            case "auth", "GET" | "POST":
                return self._consent(request)
            case "token", "POST":
                return self._token(request)
            case "auth" | "token", _:
                raise MethodNotAllowed
        raise NotFound

    def club_of(self, request: Request) -> str | None:
        """The club whose token a call bears; None for a token that is unknown, over, or lost with its consent."""
        pair = self.consents.bearer_of(request)
        if pair is None:
            return None
        ails = self._ailments.of(pair.club)
        lost = ails in ("oudtoken", "dertigdagen") and pair.access == made_up_access(KEY, pair.club)
        return None if lost else pair.club

    def _consent(self, request: Request) -> Response:
        asked = request.args
        wrong = set(asked) - ASKED or not asked.get("state") or not is_address(asked.get("redirect_uri", ""))
        if wrong or asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return _refuse("invalid_request", "The request is not valid.")
        if request.method == "GET":
            lead = "Log in, vink je administratie aan en geef toestemming. Als welke club?"
            return consent_page(request, "Exact Online", CLUBS, lead)
        if request.form.get("refuse"):
            return sent_back(request, error="access_denied")
        if request.form.get("club") not in NAMES:
            return _refuse("invalid_request", "Nobody signed in.")
        code = self.consents.code_for(request.form["club"], asked["redirect_uri"])
        if asked["redirect_uri"] == PASTED_AT:
            return Response(SHOWN.format(code=html.escape(code)), content_type="text/html; charset=utf-8")
        return sent_back(request, code=code)

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict(flat=False)
        grant = form.get("grant_type", [""])[0]
        if request.mimetype != "application/x-www-form-urlencoded" or any(len(one) > 1 for one in form.values()):
            return _refuse("invalid_request", "A form is needed.")
        if grant not in FORMS:
            return _refuse("unsupported_grant_type", "This grant is not supported.")
        if not self.consents.is_client(request):
            return _refuse("invalid_client", "The client id or secret is not valid.")
        if set(form) != FORMS[grant] or not all(one[0] for one in form.values()):
            return _refuse("invalid_request", "A parameter is missing, or there is one too many.")
        return self._exchanged(request) if grant == "authorization_code" else self._refreshed(request)

    def _exchanged(self, request: Request) -> Response:
        code, redirect_uri = request.form["code"], request.form["redirect_uri"]
        made_up = next((name for name in NAMES if code == code_of(name)), None)
        redeemed = None if made_up else self.consents.redeem(code, redirect_uri)
        if isinstance(redeemed, Trouble) or (made_up and redirect_uri != BACK):
            return _refuse(*REFUSED_CODES["code-gebruikt" if redeemed is Trouble.USED else "code-oud"])
        club = made_up or (redeemed.club if redeemed else "")
        match self._ailments.of(club):
            case ("code-oud" | "code-gebruikt") as ails:
                return _refuse(*REFUSED_CODES[ails])
            case "code-kapot":
                return Response("Bad Request", 400, content_type="text/plain; charset=utf-8")
            case "clientfout":
                return _refuse("invalid_client", "The client id or secret is not valid.")
            case "storing":
                return faults.outage()
        return _granted(self.consents.pair_for(club))

    def _refreshed(self, request: Request) -> Response:
        refresh = request.form["refresh_token"]
        refusal = self._not_refreshed(self.consents.pair_of(refresh))
        if refusal is not None:
            self.consents.received[refresh] += 1
            return refusal
        renewed = self.consents.renew(refresh, EARLIEST)
        return _granted(renewed) if isinstance(renewed, Pair) else _not_renewed(renewed)

    def _not_refreshed(self, former: Pair | None) -> Response | None:
        """What a club is refused, and what the age of its pair forbids."""
        if former is None:
            return None
        match self._ailments.of(former.club):
            case "storing":
                return faults.outage()
            case "clientfout":
                return _refuse("invalid_client", "The client id or secret is not valid.")
            case "tevroeg":
                return _not_renewed(Trouble.EARLY)
            case "oudtoken":
                return _not_renewed(Trouble.USED)
            case ails if ails == "dertigdagen" or self._clock() - (former.at or self._clock()) > REFRESH_LIVES:
                return _refuse("invalid_request", TOO_OLD)
        return None


def json_answer(body: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def _granted(pair: Pair) -> Response:
    return json_answer(
        {
            "access_token": pair.access,
            "token_type": "bearer",
            "expires_in": str(int(ACCESS_LIVES)),
            "refresh_token": pair.refresh,
        }
    )


def _not_renewed(trouble: Trouble) -> Response:
    match trouble:
        case Trouble.EARLY:
            answer = _refuse("invalid_request", "Rate limit exceeded: access_token not expired")
            answer.headers["Reason"] = "TooEarlyToRefreshTokens"
            return answer
        case Trouble.USED:
            return _refuse("unauthorized_client", "Old refresh token used.", 401)
    return _refuse(*REFUSED_CODES["code-oud"])


def _refuse(error: str, description: str, status: int = 400) -> Response:
    return json_answer({"error": error, "error_description": description}, status)
