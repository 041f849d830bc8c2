"""The emulator of identity.vismaonline.com: the page that asks for consent, tokens, and their end."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.kit.oauth_sandbox import Consents, Pair, Redeemed, back_to, consent_page, is_address, sent_back
from connectors.kit.sandbox import address_of
from connectors.visma_eaccounting.consent import EXTRA, IDENTITY_HOST, SCOPES
from connectors.visma_eaccounting.made_up import CLUBS, HALF, NAMES, SHOWS_CODES, STAYS, made_up_code
from connectors.visma_eaccounting.sandbox_answers import json_answer

ASKED = {"client_id", "redirect_uri", "response_type", "scope", "state", *EXTRA}
REFUSED = frozenset({"code-oud", "code-gebruikt"})
"""Clubs whose codes are refused."""
NO_REFRESH = frozenset({"ingetrokken", "race"})
"""Clubs whose refresh tokens are."""
TITLE = "Visma: toegang geven tot eAccounting"
LEAD = "Kies als welke made-up club je toestemming geeft. Alle opties zijn aangevinkt, behalve bij halfvinkje."
SHOWN = """<!doctype html><html lang="nl"><meta charset="utf-8"><title>Code</title>
<p>Kopieer deze code als tekst. Hij is vijf minuten geldig.</p><p><code>{code}</code></p></html>"""


class IdentitySide:
    """Gives out codes and tokens, refuses them as OAuth says, and forgets them."""

    def __init__(self, consents: Consents, ailments: Ailments) -> None:
        self._consents = consents
        self._ailments = ailments

    def __call__(self, request: Request) -> Response:
        match request.path, request.method:
            case "/connect/authorize", "GET" | "POST":
                return self._authorize(request)
            case "/redirect_receiver", "GET":
                code = html.escape(request.args.get("code") or request.args.get("error", ""))
                return Response(SHOWN.format(code=code), content_type="text/html; charset=utf-8")
            case "/connect/token", "POST":
                return self._token(request)
            case "/connect/revocation", "POST":
                return self._revoke(request)
            case "/connect/authorize" | "/redirect_receiver" | "/connect/token" | "/connect/revocation", _:
                raise MethodNotAllowed
        raise NotFound

    def _authorize(self, request: Request) -> Response:
        asked, client = request.args.to_dict(), self._consents.rules.client_id
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != client or not is_address(redirect_uri):  # nobody is sent to a strange address
            return Response("Sorry, there was an error: unauthorized_client", 400)
        if set(asked) != ASKED or not asked["state"] or any(asked[key] != value for key, value in EXTRA.items()):
            return self._back(request, error="invalid_request")
        if asked["response_type"] != "code":
            return self._back(request, error="unsupported_response_type")
        if set(asked["scope"].split()) - set(SCOPES) or "ea:api" not in asked["scope"].split():
            return self._back(request, error="invalid_scope")
        if request.method == "GET":
            return consent_page(request, TITLE, CLUBS, LEAD)
        return self._consented(request, redirect_uri, asked["scope"])

    def _consented(self, request: Request, redirect_uri: str, scope: str) -> Response:
        club = request.form.get("club", "")
        ails = self._ailments.of(club)
        if request.form.get("refuse") or club not in NAMES or ails == "geweigerd":
            return self._back(request, error="access_denied")
        granted = [one for one in scope.split() if ails != "halfvinkje" or one in HALF]
        code = self._consents.code_for(club, redirect_uri, scope=" ".join(granted))
        return self._back(request, code=code)

    def _back(self, request: Request, **answer: str) -> Response:
        """To the redirect address; Visma's own page that shows codes is here too."""
        if request.args["redirect_uri"] != SHOWS_CODES:
            return sent_back(request, **answer)
        shown = f"{address_of(request, IDENTITY_HOST)}{urlsplit(SHOWS_CODES).path}"
        return back_to(shown, {**answer, "state": request.args.get("state", "")})

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict(flat=False)
        if request.mimetype != "application/x-www-form-urlencoded" or any(len(values) > 1 for values in form.values()):
            return _refuse("invalid_request")
        if not self._consents.is_client(request):
            return _refuse("invalid_client")
        match request.form.to_dict():
            case {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, **more} if not more:
                return self._exchanged(code, redirect_uri)
            case {"grant_type": "refresh_token", "refresh_token": refresh, **more} if not more:
                return self._refreshed(refresh)
            case {"grant_type": "authorization_code" | "refresh_token"}:
                return _refuse("invalid_request")
        return _refuse("unsupported_grant_type")

    def _exchanged(self, code: str, redirect_uri: str) -> Response:
        redeemed = self._consents.redeem(code, redirect_uri)
        known = next((name for name in NAMES if code == made_up_code(name) and redirect_uri == SHOWS_CODES), None)
        if known is not None:
            redeemed = Redeemed(known, "", " ".join(SCOPES))
        if not isinstance(redeemed, Redeemed):
            return _refuse("invalid_grant")
        match self._ailments.of(redeemed.club):
            case "storing":
                return faults.outage()
            case "clientfout":
                return _refuse("invalid_client")
            case ails if ails in REFUSED or ails == "geweigerd":
                return _refuse("invalid_grant")
        return _granted(self._consents.pair_for(redeemed.club, redeemed.scope))

    def _refreshed(self, refresh: str) -> Response:
        former = self._consents.pair_of(refresh)
        match self._ailments.of(former.club) if former else "":
            case "storing":
                return faults.outage()
            case "clientfout":
                return _refuse("invalid_client")
            case ails if ails == "ingetrokken" or (ails in NO_REFRESH and former is not None and former.at is None):
                self._consents.received[refresh] += 1
                return _refuse("invalid_grant")
        rotates = former is None or former.club != STAYS
        pair = self._consents.renew(refresh, rotates=rotates)
        return _granted(pair) if isinstance(pair, Pair) else _refuse("invalid_grant")

    def _revoke(self, request: Request) -> Response:
        if not self._consents.is_client(request):
            return _refuse("invalid_client")
        form = request.form.to_dict()
        if set(form) - {"token", "token_type_hint"} or not form.get("token"):
            return _refuse("invalid_request")
        if form.get("token_type_hint", "refresh_token") not in ("refresh_token", "access_token"):
            return _refuse("unsupported_token_type")
        self._consents.revoke(form["token"])
        return Response("", 200)


def granted_scopes(pair: Pair) -> tuple[str, ...]:
    """What a pair may; a made-up one, and what comes of refreshing it, may what its club ticked."""
    if not pair.scope:
        return HALF if pair.club == "halfvinkje" else SCOPES
    return tuple(pair.scope.split())


def token_within(access_token: str) -> str:
    """The token that we keep, out of one that looks like Visma's: it stands where its signature does."""
    return access_token.rpartition(".")[2]


def _granted(pair: Pair) -> Response:
    claims = {"scope": list(granted_scopes(pair)), "customer_id": f"made-up-{pair.club}"}
    access = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}.{pair.access}"
    body = {
        "access_token": access,
        "expires_in": 3600,
        "token_type": "Bearer",
        "refresh_token": pair.refresh,
    }
    return json_answer(body, headers={"Cache-Control": "no-store"})


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _refuse(error: str) -> Response:
    return json_answer({"error": error}, 400)
