"""Which row of the table an answer of Exact Online belongs to."""

from __future__ import annotations

import re
import time

from connectors.exact_online import bodies
from connectors.exact_online.answers import PAUSE, Refusal, raised
from connectors.exact_online.sites import SITES
from connectors.kit.errors import ProviderError
from connectors.kit.http import Answer, Http, retry_after
from connectors.kit.oauth import Grant

REASONS = {
    "licenseexpired": "X9",
    "blockeduser": "X9",
    "inactiveuser": "X9",
    "blockedcustomer": "X9",
    "divisionblocked": "X10",
    "nodivisionaccess": "X8",
}
"""The row of each reason that goes along with a 403."""
IN_SECONDS = 10**11
"""A moment below this is in seconds, above it in milliseconds."""
A_DAY = 86_400.0
LINK = re.compile(r"""href=["']([^"']+)""", re.IGNORECASE)
PLACE = re.compile(r"(?:https?://([^/?#]*))?(/(?!/)[^?#]*)", re.IGNORECASE)
"""Host, if any, and path of an address."""


def refusal_of(http: Http, operation: str, answer: Answer) -> Refusal:
    """An answer that is no success, in short."""
    wait, header = _wait(answer)
    reason = answer.headers.get("reason", "")
    told = [f"{operation}: status {answer.status}", *([f"reason {reason}"] if reason else []), *filter(None, [header])]
    return Refusal(
        status=answer.status,
        said=bodies.message(answer),
        reason=reason,
        error=bodies.error_name(answer),
        is_page=answer.is_html,
        is_structured=bodies.is_structured(answer),
        sends_to_login=_sends_to_login(answer),
        detail=f"{', '.join(told)}, {http.excerpt(answer) or 'empty'}",
        wait=wait,
    )


def row_of(refusal: Refusal) -> str:
    """The row of an answer to a call with a bearer."""
    match refusal.status:
        case 401:
            return "X14"
        case 429:
            return "X15"
        case status if status >= 500:
            return "X16" if refusal.is_structured else "X17"
        case _ if refusal.sends_to_login:
            return "X14"
        case 403 if not refusal.is_page:
            return _row_of_forbidden(refusal)
    return "X16"


def row_of_token(grant: Grant, refusal: Refusal) -> str:
    """The row of what the token endpoint answered instead of tokens."""
    said = f"{refusal.reason} {refusal.said}".casefold()
    match refusal.status:
        case 429:
            return "X15"
        case status if status >= 500:
            return "X17"
        case _ if refusal.is_page or 300 <= refusal.status < 400:  # a web page in between speaks for nobody
            return "X16"
        case _ if refusal.error == "invalid_client":
            return "X2"
    return _row_of_code(refusal, said) if grant is Grant.CODE else _row_of_refresh(refusal, said)


def refused(grant: Grant, answer: Answer, http: Http) -> ProviderError:
    """What the token endpoint means by an answer without tokens."""
    refusal = refusal_of(http, f"token ({grant.value})", answer)
    return raised(row_of_token(grant, refusal), refusal)


def _row_of_code(refusal: Refusal, said: str) -> str:
    """Whatever is wrong with a code, another one helps; what is wrong with the request itself is ours."""
    match refusal.error:
        case "unauthorized_client":
            return "X2"
        case "unsupported_grant_type":
            return "X16"
        case "":
            return "X1" if refusal.status == 400 else "X16"
    return "X1" if refusal.status in (200, 400) or "chainid" in said else "X16"


def _row_of_refresh(refusal: Refusal, said: str) -> str:
    if "not expired" in said or "tooearlytorefresh" in said:
        return "X3"
    if "refresh token expired" in said:
        return "X5"
    if "old refresh token" in said or "chainid" in said or refusal.error == "invalid_grant":
        return "X4"
    return "X2" if refusal.error == "unauthorized_client" else "X16"


def _row_of_forbidden(refusal: Refusal) -> str:
    said = f"{refusal.reason} {refusal.said}".casefold()
    if "not within division scope" in said:
        return "X6"
    if "scope violated" in said:
        return "X7"
    reason = next((row for word, row in REASONS.items() if word in said), "")
    if reason:
        return reason
    return "X8" if said.strip(" .\"'") == "forbidden" else "X16"


def _sends_to_login(answer: Answer) -> bool:
    """Whether a page moves the caller to a place on the same site where people sign in."""
    if not answer.is_html or "object moved" not in answer.text.casefold():
        return False
    linked = LINK.search(answer.text)
    place = answer.headers.get("location") or (linked[1] if linked else "")
    found = PLACE.match(place)
    return found is not None and (not found[1] or found[1] in SITES) and "login" in found[2].casefold()


def _wait(answer: Answer) -> tuple[float, str]:
    """Seconds to wait, and the header that says so."""
    used_up = [name for name in ("minutely-", "") if answer.headers.get(f"x-ratelimit-{name}remaining") == "0"]
    for name in dict.fromkeys([*used_up, "minutely-"]):
        header = f"x-ratelimit-{name}reset"
        said = answer.headers.get(header, "")
        if said.isascii() and said.isdigit() and len(said) < 16:
            moment = int(said) if int(said) < IN_SECONDS else int(said) / 1000
            return min(max(moment - time.time(), 1.0), A_DAY), f"{header} {said}"
    return retry_after(answer, otherwise=PAUSE), ""
