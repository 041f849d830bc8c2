"""The emulator of api.e-boekhouden.nl: sessions by token, and the list of invoice templates."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.ailments import Ailments

SOURCE = re.compile(r"[\w ]{1,10}")


@dataclass(frozen=True, slots=True)
class Token:
    """A made-up API token: of which club, what it is refused, what it reads, and how the header has to look."""

    club: str
    refusal: tuple[int, Mapping[str, str]] | None = None
    templates_refused: tuple[int, Mapping[str, str]] | None = None
    templates: tuple[tuple[str, bool], ...] = (("Factuursjabloon", True),)
    scheme: str = ""


TOKENS = {
    "tok-goed": Token("goed"),
    "tok-bearer": Token("goed", scheme="Bearer "),
    "tok-geensjabloon": Token("geensjabloon", templates=(("Factuursjabloon contributie", True),)),
    "tok-inactief": Token("inactief", templates=(("Factuursjabloon", False),)),
    "tok-storing": Token("storing", refusal=(503, {})),
    "tok-verlopen": Token("verlopen", refusal=(400, {"code": "API_SESSION_004", "title": "Token expired"})),
    "tok-fout": Token("fouttoken", refusal=(401, {"title": "Login failed"})),
    "tok-geenrecht": Token(
        "geenrecht",
        templates_refused=(403, {"code": "SECURITY_001", "title": "Forbidden", "securityType": "InvoiceTemplates"}),
    ),
    "tok-dicht": Token("goed", templates_refused=(403, {"code": "SECURITY_002", "title": "No administration"})),
    "tok-druk": Token("goed", templates_refused=(429, {"title": "Too many requests"})),
}
WELL = Token("goed")


class RestSide:
    """Answers REST calls."""

    def __init__(self, ailments: Ailments) -> None:
        self.sessions: dict[str, Token] = {}
        """Sessions that were opened and not deleted, by their token."""
        self._ailments = ailments

    def __call__(self, request: Request) -> Response:
        match request.path, request.method:
            case "/v1/session", "POST":
                return self._open(request)
            case "/v1/session", "DELETE":
                return self._delete(request)
            case "/v1/invoicetemplate", "GET":
                return self._templates(request)
            case "/v1/session" | "/v1/invoicetemplate", _:
                raise MethodNotAllowed
        raise NotFound

    def _open(self, request: Request) -> Response:
        try:
            asked = json.loads(request.get_data())
        except ValueError:
            asked = None
        if request.mimetype != "application/json" or not isinstance(asked, dict):
            return _refuse(400, {"code": "API_SESSION_001", "title": "Bad request"})
        if not isinstance(asked.get("accessToken"), str) or not asked["accessToken"]:
            return _refuse(400, {"code": "API_SESSION_002", "title": "Access token missing"})
        if not isinstance(asked.get("source"), str) or not SOURCE.fullmatch(asked["source"]):
            return _refuse(400, {"code": "API_SESSION_003", "title": "Source invalid"})
        token = TOKENS.get(asked["accessToken"])
        if token is None:
            return _refuse(401, {"title": "Login failed"})
        token = token if self._ailments.of(token.club) else WELL
        if token.refusal is not None:
            return faults.outage() if token.refusal[0] == 503 else _refuse(*token.refusal)
        session = secrets.token_hex(20)
        self.sessions[session] = token
        return _json({"token": session, "expiresIn": 3600})

    def _authorized(self, request: Request) -> tuple[str, Token | None]:
        header = request.headers.get("Authorization", "")
        session = header.removeprefix("Bearer ")
        token = self.sessions.get(session)
        right = token is not None and header == token.scheme + session
        return session, token if right else None

    def _delete(self, request: Request) -> Response:
        session, token = self._authorized(request)
        if token is None:
            return _refuse(401, {"title": "Unauthorized"})
        self.sessions.pop(session, None)
        return Response(status=204)

    def _templates(self, request: Request) -> Response:
        token = self._authorized(request)[1]
        if token is None:
            return _refuse(401, {"title": "Unauthorized"})
        limit = request.args.get("limit", "100")
        if not limit.isdigit() or not 1 <= int(limit) <= 2000:
            raise BadRequest
        if token.templates_refused is not None:
            return _refuse(*token.templates_refused)
        wanted = request.args.get("name", "").casefold()
        items = [
            {"id": number, "name": name, "active": active, "type": "E"}
            for number, (name, active) in enumerate(token.templates, start=1)
            if wanted in name.casefold()
        ]
        return _json({"items": items[: int(limit)], "count": len(items)})


def _json(body: Mapping[str, object], status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def _refuse(status: int, error: Mapping[str, str]) -> Response:
    return _json({**error, "status": status, "traceId": f"sandbox-{secrets.token_hex(4)}"}, status)
