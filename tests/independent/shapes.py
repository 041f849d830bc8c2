"""Answers with tokens as other servers shape them: members that are missing, written otherwise, or not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Shape = Callable[[dict[str, Any]], object]


def without(*names: str) -> Shape:
    """An answer that leaves members out."""
    return lambda body: {name: value for name, value in body.items() if name not in names}


SHAPES: dict[str, Shape] = {
    "no life": without("expires_in"),
    "life as text": lambda body: body | {"expires_in": str(body["expires_in"])},
    "endless life": lambda body: body | {"expires_in": "9" * 5000},
    "odd life": lambda body: body | {"expires_in": {"seconds": 3600}},
    "no scope": without("scope"),
    "scope as list": lambda body: body | {"scope": str(body.get("scope") or "").split()},
    "odd scope": lambda body: body | {"scope": ["x", None, 7, {"y": []}]},
    "scope that no database takes": lambda body: body | {"scope": "x \x00 \ud800"},
    "type in capitals": lambda body: body | {"token_type": "BEARER"},
    "type in small letters": lambda body: body | {"token_type": "bearer"},
    "no type": without("token_type"),
    "more members": lambda body: {"é": {"a": [1]}, "error": None, "not-before-policy": 0, **body},
    "no refresh token": without("refresh_token"),
    "empty refresh token": lambda body: body | {"refresh_token": ""},
    "no refresh token at all": lambda body: body | {"refresh_token": None},
}
