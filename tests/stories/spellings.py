"""The spellings in which a secret could lie about somewhere."""

from __future__ import annotations

import base64
import html
import json
import quopri
from collections.abc import Mapping
from urllib.parse import quote, quote_plus


def spellings(secret: str) -> Mapping[str, tuple[bytes, ...]]:
    """The secret in every spelling that is looked for, by the spelling's name."""
    raw = secret.encode()
    return {
        "as it is": (raw,),
        "UTF-16": (secret.encode("utf-16-le"), secret.encode("utf-16-be")),
        "base64": _shifted(raw, base64.b64encode),
        "base64 for addresses": _shifted(raw, base64.urlsafe_b64encode),
        "base32": (base64.b32encode(raw).rstrip(b"="),),
        "hexadecimal": (raw.hex().encode(), raw.hex().upper().encode()),
        "in an address": (quote(secret, safe="").encode(), quote_plus(secret).encode(), quote(secret).encode()),
        "every byte in an address": ("".join(f"%{byte:02X}" for byte in raw).encode(),),
        "in JSON": (json.dumps(secret)[1:-1].encode(), "".join(f"\\u{ord(letter):04x}" for letter in secret).encode()),
        "in a page": (html.escape(secret).encode(), "".join(f"&#{ord(letter)};" for letter in secret).encode()),
        "quoted for mail": (quopri.encodestring(raw),),
        "backwards": (raw[::-1],),
    }


def found_in(content: bytes, secrets: Mapping[str, str]) -> list[str]:
    """Which secrets stand in ``content``, by name and spelling."""
    lower = content.lower()
    found = []
    for name, secret in secrets.items():
        if secret.lower().encode() in lower:
            found.append(f"{name}, whatever the case")
        for spelling, forms in spellings(secret).items():
            if any(form in content for form in forms):
                found.append(f"{name}, {spelling}")
    return found


def _shifted(raw: bytes, encode: type[bytes] | object) -> tuple[bytes, ...]:
    """The part of an encoding that is the same wherever the secret starts in a longer text: three alignments."""
    forms = []
    for shift in range(3):
        whole = encode(b"\0" * shift + raw)  # type: ignore[operator]
        forms.append(whole[(shift * 8 + 5) // 6 : len(whole) // 4 * 4 - 4])
    return tuple(forms)
