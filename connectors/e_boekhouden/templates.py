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

    Three calls. After a 401 the session is renewed once and the header written both ways in it, so that
    only what refuses both means that the token is refused. Raises the ``ProviderError`` that the answer means.
    """
    answer = _ask(http, token, BARE)
    if _gives_no_reason(answer):
        answer = _ask(http, token, BEARER, BARE)
    body = _body(http, answer)
    items = body.get("items")
    if not isinstance(items, list):
        raise answers.unreadable("invoicetemplate", "no list of items")
    return tuple(_template(item) for item in items)


def _ask(http: Http, token: str, *authorizations: str) -> Answer:
    """The answer to our question in a session of its own, from the first way of writing that is not a 401."""
    session = _open(http, token)
    accepted = authorizations[0]
    try:
        for accepted in authorizations:
            answer = _templates(http, accepted.format(token=session))
            if not _gives_no_reason(answer):
                break
        return answer
    finally:
        with suppress(ProviderError):  # it ends by itself; failing to end it says nothing about the templates
            headers = {"Authorization": accepted.format(token=session)}
            http.call("DELETE", SESSION, operation="delete session", headers=headers)


def _templates(http: Http, authorization: str) -> Answer:
    return http.call(
        "GET",
        TEMPLATES,
        operation="invoicetemplate",
        shown={"name": answers.TEMPLATE},
        headers={"Authorization": authorization, "Accept": "application/json"},
        params={"name": answers.TEMPLATE, "limit": "50"},
    )


def _open(http: Http, token: str) -> str:
    """A session's token, learnt by the redactor before anything else. A 401 is tried once more."""
    answer = _post(http, token)
    if _gives_no_reason(answer):
        answer = _post(http, token)
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


def _gives_no_reason(answer: Answer) -> bool:
    """A 401 that names no reason: the session may be over, or the header written the other way."""
    body = _parsed(answer)
    named = _text(body, "code") or _text(body, "title") == answers.LOGIN_FAILED
    return answer.status == 401 and not answer.is_html and not named


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


def _refusal(http: Http, answer: Answer) -> ProviderError:
    """What an answer that is no success means. A 401 comes here only after it was tried again."""
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
    )
    return http.hold(HOST, error) if isinstance(error, RateLimited) else error


def _template(item: object) -> Template:
    match item:
        case {"name": str(name), "active": bool(active)}:
            return Template(name, active)
    raise answers.unreadable("invoicetemplate", "an item without name or active")
