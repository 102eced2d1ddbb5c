"""Keys: made once, kept as hashes, found quickly, revoked for good.

A secret holds 32 random bytes, so that its plain SHA-256 cannot be guessed back; the slow hashes meant for passwords
would only make every request slow. A revoked key may be answered for `REMEMBERED` seconds more.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from base64 import b32encode
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from bareme.errors import InputError
from bareme.service.access import ROLES, Caller, Role
from bareme.service.state.clock import SECOND, now, shown
from bareme.service.state.database import State
from bareme.service.state.tables import keys

REMEMBERED = 5
"""Seconds that a process remembers what it found for a secret."""
SHOWN_EVERY = 60 * SECOND
"""The last use of a key is written at most so often."""
MOST_REMEMBERED = 4096
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is shown: never its secret."""

    id: str
    name: str
    role: str
    created_at: str
    used_at: str | None
    revoked_at: str | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a key (schema key-1)."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "created_at": self.created_at,
            "used_at": self.used_at,
            "revoked_at": self.revoked_at,
            "secret": None,
        }


def create_key(state: State, name: str, role: str) -> tuple[Key, str]:
    """A new key and its secret, which is told this once; `InputError` for a name or role that cannot be used."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InputError(f"the name of a key is 1 to {LONGEST_NAME} letters and signs on one line.")
    if role not in ROLES:
        raise InputError(f"role: {role!r} is none of {', '.join(ROLES)}.")
    id, made = _random(5), now()
    secret = f"bareme_{id}_{_random(32)}"
    row = {"id": id, "name": name.strip(), "role": role, "hash": _hash(secret), "created_at": made}
    with state.writing() as connection:
        connection.execute(insert(keys).values(row))
    return Key(id, name.strip(), role, str(shown(made)), None, None), secret


def list_keys(state: State) -> list[Key]:
    """Every key, oldest first, revoked ones too."""
    with state.reading() as connection:
        if connection is None:
            return []
        order = select(keys).order_by(keys.c.created_at, keys.c.id)
        return [_key(row) for row in connection.execute(order).mappings()]


def revoke_key(state: State, id: str) -> Key:
    """Revoke a key; what was revoked before stays so. `InputError` for an id that no key has."""
    if state.is_made():
        with state.writing() as connection:
            here = keys.c.id == id
            connection.execute(update(keys).where(here, keys.c.revoked_at.is_(None)).values(revoked_at=now()))
            row = connection.execute(select(keys).where(here)).mappings().one_or_none()
        if row is not None:
            return _key(row)
    raise InputError(f"{state.name} has no key {id!r}; `bareme key list` shows those there are.")


def _key(row: Any) -> Key:
    moments = [shown(row[name]) for name in ("created_at", "used_at", "revoked_at")]
    return Key(row["id"], row["name"], row["role"], str(moments[0]), *moments[1:])


def _random(size: int) -> str:
    return b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class KeyRing:
    """The keys as a running service asks for them; several threads may."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._found: dict[str, tuple[int, Caller | None]] = {}
        self._used: dict[str, int] = {}
        self._written: dict[str, int] = {}

    def remembered(self, secret: str) -> tuple[Caller | None] | None:
        """What was found for a secret a moment ago, without asking the state; None where it must be looked up."""
        held = self._found.get(_hash(secret))
        if held is None or held[0] < time.monotonic_ns():
            return None
        self._mark(held[1])
        return (held[1],)

    def find(self, secret: str) -> Caller | None:
        """Whose key it is, which is then marked as used; None where it is unknown or revoked."""
        known = self.remembered(secret)
        if known is not None:
            return known[0]
        caller = self._look_up(secret)
        with self._lock:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            self._found[_hash(secret)] = (time.monotonic_ns() + REMEMBERED * 1_000_000_000, caller)
        self._mark(caller)
        return caller

    def _look_up(self, secret: str) -> Caller | None:
        mark, _, rest = secret.partition("_")
        id = rest.partition("_")[0]
        if mark != "bareme" or not id.isascii() or not id.isalnum():
            return None
        with self._state.reading() as connection:
            if connection is None:
                return None
            row = connection.execute(select(keys).where(keys.c.id == id)).mappings().one_or_none()
        if row is None or row["revoked_at"] is not None or not hmac.compare_digest(row["hash"], _hash(secret)):
            return None
        role: Role = row["role"]
        return Caller(row["name"], role, row["id"])

    def _mark(self, caller: Caller | None) -> None:
        if caller is not None and caller.key is not None:
            self._used[caller.key] = now()

    def write_uses(self, *, all: bool = False) -> None:
        """Write when keys were last used: of each at most once a minute, or all that is not written yet."""
        due = {
            id: at
            for id, at in list(self._used.items())
            if at > self._written.get(id, 0) and (all or at - self._written.get(id, 0) >= SHOWN_EVERY)
        }
        if not due:
            return
        with self._state.writing() as connection:
            for id, at in due.items():
                newer = keys.c.used_at.is_(None) | (keys.c.used_at < at)
                connection.execute(update(keys).where(keys.c.id == id, newer).values(used_at=at))
        self._written |= due
