"""Documents that an editor gave on a page and may record: kept for minutes, for the session that gave them alone.

They are deleted when they are recorded, when their time is over, and with the session.
"""

from __future__ import annotations

import secrets

from sqlalchemy import delete, func, insert, select

from bareme.service.state.clock import SECOND, now
from bareme.service.state.database import State
from bareme.service.state.sessions import hash_of
from bareme.service.state.tables import drafts, sessions

MINUTES = 15
"""So long a document is kept."""
MOST_OF_ONE = 3
"""So many are kept of a session: a further one takes the place of the oldest."""
LARGEST = 16 * 1024 * 1024
"""A larger document is not kept, and is given again to be recorded."""
MOST = 8 * LARGEST
"""So many bytes are kept of all sessions together."""


class Drafts:
    """The documents that are kept."""

    def __init__(self, state: State) -> None:
        self._state = state

    def keep(self, session: str, name: str, content: bytes) -> str | None:
        """Keep a document for a session, named by its secret; the draft's id, None where it is not kept."""
        if len(content) > LARGEST:
            return None
        own, at = hash_of(session), now()
        with self._state.writing() as connection:
            holds = (sessions.c.hash == own, sessions.c.expires_at > at)
            if connection.execute(select(sessions.c.hash).where(*holds)).first() is None:
                return None
            connection.execute(delete(drafts).where(drafts.c.expires_at <= at))
            order = select(drafts.c.id).where(drafts.c.session == own).order_by(drafts.c.expires_at.desc())
            older = list(connection.execute(order.offset(MOST_OF_ONE - 1)).scalars())
            connection.execute(delete(drafts).where(drafts.c.id.in_(older)))
            held = connection.execute(select(func.coalesce(func.sum(drafts.c.size), 0))).scalar_one()
            if held + len(content) > MOST:
                return None
            row = {"id": secrets.token_urlsafe(24), "session": own, "name": name, "size": len(content)}
            row |= {"content": content, "expires_at": at + MINUTES * 60 * SECOND}
            connection.execute(insert(drafts).values(row))
        return str(row["id"])

    def find(self, session: str, id: str) -> tuple[str, bytes] | None:
        """The name and bytes of a draft of a session; None where it is another's, or its time or session is over."""
        at, own = now(), hash_of(session)
        with self._state.reading() as connection:
            if connection is None:
                return None
            query = select(drafts.c.name, drafts.c.content).join(sessions, sessions.c.hash == drafts.c.session)
            holds = (drafts.c.id == id, drafts.c.session == own, drafts.c.expires_at > at, sessions.c.expires_at > at)
            row = connection.execute(query.where(*holds)).one_or_none()
        return None if row is None else (str(row.name), bytes(row.content))

    def delete(self, session: str, id: str | None = None) -> None:
        """Delete a draft of a session, or all of them."""
        if self._state.is_made():
            mine = drafts.c.session == hash_of(session)
            with self._state.writing() as connection:
                connection.execute(delete(drafts).where(mine if id is None else mine & (drafts.c.id == id)))

    def delete_expired(self) -> int:
        """Delete those whose time is over; how many there were."""
        with self._state.reading() as connection:
            over = drafts.c.expires_at <= now()
            if connection is None or connection.execute(select(drafts.c.id).where(over).limit(1)).first() is None:
                return 0
        with self._state.writing() as connection:
            return int(connection.execute(delete(drafts).where(over)).rowcount)
