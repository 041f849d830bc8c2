"""Recovery codes: made, shown once, kept as hashes, used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from onboarding.accounts.models import RecoveryCode

HOW_MANY = 10
LENGTH = 16
"""Characters of 5 random bits: 80 bits in all, so that a hash needs neither salt nor cost."""
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's alphabet: no letter that reads as another one."""
_READ_AS = str.maketrans("oil", "011")


def renew(db: Session, user_id: int) -> tuple[str, ...]:
    """New codes for a person in the caller's transaction; the older ones are gone. Shown now or never."""
    forget(db, user_id)
    codes = tuple("".join(secrets.choice(_LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY))
    db.add_all([RecoveryCode(user_id=user_id, code_hash=hash_of(user_id, code)) for code in codes])
    return tuple("-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in codes)


def forget(db: Session, user_id: int) -> None:
    """Delete a person's codes in the caller's transaction."""
    db.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


def left(db: Session, user_id: int) -> int:
    """How many codes of a person can still be used."""
    query = select(func.count()).where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))
    return db.exec(query).one()


def use(db: Session, user_id: int, code: str, at: datetime) -> bool:
    """Use a code in the caller's transaction; False when it is none of theirs or was used."""
    found = db.get(RecoveryCode, (user_id, hash_of(user_id, code)), with_for_update=True)
    if found is None or found.used_at is not None:
        return False
    found.used_at = at
    db.add(found)
    return True


def tidy(typed: str) -> str | None:
    """The code in what was typed, however its letters were read; None when it is none."""
    plain = "".join(ch for ch in typed.lower() if ch.isalnum()).translate(_READ_AS)
    return plain if len(plain) == LENGTH and all(ch in _LETTERS for ch in plain) else None


def hash_of(user_id: int, code: str) -> str:
    """What is kept of a code: SHA-256 in hex, of the person's number too."""
    return hashlib.sha256(f"{user_id}:{code}".encode()).hexdigest()
