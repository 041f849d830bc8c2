"""Invoice templates over REST, which SOAP cannot read: session, one question, session deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from connectors.e_boekhouden import answers
from connectors.kit.errors import ProviderError, RateLimited
from connectors.kit.http import Answer, Http, retry_after

HOST = "api.e-boekhouden.nl"
SESSION = f"https://{HOST}/v1/session"
TEMPLATES = f"https://{HOST}/v1/invoicetemplate"
SOURCE = "Koppel"
"""At most ten characters are taken here, one too few for our whole name."""
BARE, BEARER = "{token}", "Bearer {token}"
"""The two ways in which clients write the Authorization header; which one counts is not documented."""

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Template:
    """An invoice template; an inactive one can't be used."""

    name: str
    active: bool


def read_templates(http: Http, token: str) -> tuple[Template, ...]:
    """The templates that the package finds by our name, active or not.

    Three calls; the header is written bare first, and after a 401 as Bearer in a session of its own.
    Raises the ``ProviderError`` that the answer means; a second 401 means that the token is refused.
    """
    answer = _question(http, token, BARE)
    if _is_bare_401(answer):
        answer = _question(http, token, BEARER)
    if answer.status == 401:
        raise _refusal(http, answer, twice=True)
    body = _body(http, answer)
    items = body.get("items")
    if not isinstance(items, list):
        raise answers.unreadable("invoicetemplate", "no list of items")
    return tuple(_template(item) for item in items)


def _question(http: Http, token: str, authorization: str) -> Answer:
    session = _open(http, token)
    headers = {"Authorization": authorization.format(token=session), "Accept": "application/json"}
    try:
        return http.call(
            "GET",
            TEMPLATES,
            operation="invoicetemplate",
            shown={"name": answers.TEMPLATE},
            headers=headers,
            params={"name": answers.TEMPLATE, "limit": "50"},
        )
    finally:
        with suppress(ProviderError):  # it ends by itself; failing to end it says nothing about the templates
            http.call("DELETE", SESSION, operation="delete session", headers=headers)


def _open(http: Http, token: str) -> str:
    """A session's token, learnt by the redactor before anything else. A 401 is tried once more."""
    answer = _post(http, token)
    if _is_bare_401(answer):
        answer = _post(http, token)
    if answer.status == 401:
        raise _refusal(http, answer, twice=True)
    session = _body(http, answer).get("token")
    if not isinstance(session, str) or not session.isascii() or not session.isprintable() or not session.strip():
        raise answers.unreadable("session", "no token")
    return session.strip()


def _post(http: Http, token: str) -> Answer:
    answer = http.call(
        "POST",
        SESSION,
        operation="session",
        shown={"source": SOURCE},
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        content=json.dumps({"accessToken": token, "source": SOURCE}).encode(),
    )
    http.redact.learn(*re.findall(r'"token"\s*:\s*"([^"]+)', answer.text))  # also out of an answer cut short
    return answer


def _is_bare_401(answer: Answer) -> bool:
    """A 401 that names no reason: the session may be over, or the header written the other way."""
    body = _parsed(answer)
    return answer.status == 401 and not _text(body, "code") and _text(body, "title") != answers.LOGIN_FAILED


def _body(http: Http, answer: Answer) -> Body:
    """The body of a success as an object; raises for anything else."""
    if not 200 <= answer.status < 300:
        raise _refusal(http, answer)
    body = _parsed(answer)
    if body is None:
        raise answers.unreadable("REST", f"no JSON object, status {answer.status}")
    return body


def _parsed(answer: Answer) -> Body | None:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return cast("Body", body) if isinstance(body, dict) else None


def _text(body: Body | None, key: str) -> str:
    value = body.get(key) if body else None
    return value if isinstance(value, str) else ""


def _refusal(http: Http, answer: Answer, *, twice: bool = False) -> ProviderError:
    if answer.is_html and answer.status < 500:  # a web page in between speaks for nobody
        return answers.unreadable("REST", f"a web page, status {answer.status}")
    body = _parsed(answer)
    error = answers.refused_rest(
        answer.status,
        code=_text(body, "code"),
        title=_text(body, "title"),
        trace=_text(body, "traceId"),
        right=_text(body, "securityType"),
        wait=retry_after(answer, otherwise=answers.PAUSE),
        twice=twice,
    )
    return http.hold(HOST, error) if isinstance(error, RateLimited) else error


def _template(item: object) -> Template:
    match item:
        case {"name": str(name), "active": bool(active)}:
            return Template(name, active)
    raise answers.unreadable("invoicetemplate", "an item without name or active")
