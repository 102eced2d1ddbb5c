"""Sessions of people who signed in on the pages with a key: a random secret in a cookie, kept here as its hash.

A session ends after `LASTS` seconds, when it is ended, and when its key is revoked.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete, insert, select

from bareme.service.access import Caller, Role
from bareme.service.state.clock import SECOND, now
from bareme.service.state.database import State
from bareme.service.state.tables import keys, sessions

LASTS = 8 * 3600
"""Seconds of a session."""


class Sessions:
    """The sessions of a service."""

    def __init__(self, state: State) -> None:
        self._state = state

    def begin(self, caller: Caller) -> str:
        """Begin a session of a key; its secret. Sessions that ended are taken away."""
        secret, at = secrets.token_urlsafe(32), now()
        row = {"hash": hash_of(secret), "key": caller.key, "expires_at": at + LASTS * SECOND}
        with self._state.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at < at))
            connection.execute(insert(sessions).values(row))
        return secret

    def find(self, secret: str) -> Caller | None:
        """Whose session it is; None where it ended, or its key was revoked."""
        with self._state.reading() as connection:
            if connection is None:
                return None
            own = sessions.c.key == keys.c.id
            query = select(keys.c.id, keys.c.name, keys.c.role).join(sessions, own)
            holds = (sessions.c.hash == hash_of(secret), sessions.c.expires_at > now(), keys.c.revoked_at.is_(None))
            row = connection.execute(query.where(*holds)).one_or_none()
        if row is None:
            return None
        role: Role = row.role
        return Caller(row.name, role, row.id)

    def end(self, secret: str) -> None:
        """End a session."""
        if self._state.is_made():
            with self._state.writing() as connection:
                connection.execute(delete(sessions).where(sessions.c.hash == hash_of(secret)))


def hash_of(secret: str) -> str:
    """What stands for a secret in the state."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
