"""The queue of jobs, in the state: a job is claimed with a lease, which whoever works on it renews.

When the lease ends, because the process died, another one takes the job up. Who lost the lease can write nothing more.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from bareme.service.state.clock import SECOND, now, shown
from bareme.service.state.database import State
from bareme.service.state.tables import jobs

MOST_ATTEMPTS = 5
"""A job whose process died so often is given up: it may be what killed them."""
GIVEN_UP = "The service ended several times while it worked on this file. Try a smaller one, or tell who runs it."
STATES = ("queued", "running", "done", "failed")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands in the state."""

    id: str
    owner: str
    state: str
    format: str
    options: Mapping[str, Any]
    size: int
    lines_done: int
    lines_all: int | None
    attempts: int
    created_at: int
    ended_at: int | None
    expires_at: int
    error: str | None
    outcome: Mapping[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a job (schema price-job-1)."""
        place = f"/v1/price-files/{self.id}"
        return {
            "id": self.id,
            "state": self.state,
            "size": self.size,
            "options": dict(self.options),
            "lines_done": self.lines_done,
            "lines_all": self.lines_all,
            "created_at": shown(self.created_at),
            "ended_at": shown(self.ended_at),
            "expires_at": shown(self.expires_at),
            "error": self.error,
            "outcome": None if self.outcome is None else dict(self.outcome),
            "self": place,
            "result": f"{place}/result" if self.state == "done" else None,
        }


def new_id() -> str:
    """An id that nobody guesses."""
    return secrets.token_urlsafe(24)


class Queue:
    """The jobs of a service."""

    def __init__(self, state: State, lease: int) -> None:
        self._state, self._lease = state, lease * SECOND

    def add(self, job: Job, most: int) -> bool:
        """Keep a new job; False where so many are kept already."""
        with self._state.writing() as connection:
            kept = connection.execute(select(func.count()).select_from(jobs)).scalar_one()
            if kept >= most:
                return False
            connection.execute(insert(jobs).values(_row(job)))
        return True

    def count(self) -> int:
        """How many are kept."""
        with self._state.reading() as connection:
            if connection is None:
                return 0
            return int(connection.execute(select(func.count()).select_from(jobs)).scalar_one())

    def find(self, id: str) -> Job | None:
        """A job that has not expired; None where there is none."""
        with self._state.reading() as connection:
            if connection is None:
                return None
            here = select(jobs).where(jobs.c.id == id, jobs.c.expires_at > now())
            row = connection.execute(here).mappings().one_or_none()
        return None if row is None else _job(row)

    def claim(self, worker: str, most: int) -> Job | None:
        """The next job that is queued, or whose lease ended, now leased to a worker; None where none is to be had.

        At most so many are worked on at once.
        """
        if not self._waits():
            return None
        with self._state.writing() as connection:
            moment = now()
            self._give_up(connection, moment)
            leased = select(func.count()).where(jobs.c.state == "running", jobs.c.leased_until >= moment)
            if connection.execute(leased).scalar_one() >= most:
                return None
            free = or_(jobs.c.state == "queued", (jobs.c.state == "running") & (jobs.c.leased_until < moment))
            order = select(jobs).where(free, jobs.c.expires_at > moment).order_by(jobs.c.created_at).limit(1)
            row = connection.execute(order).mappings().one_or_none()
            if row is None:
                return None
            held = {"state": "running", "leased_by": worker, "leased_until": moment + self._lease}
            held |= {"attempts": row["attempts"] + 1}
            connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(held))
        return _job({**row, **held})

    def _waits(self) -> bool:
        """True when a job may be there to be claimed; asked without keeping anyone waiting."""
        with self._state.reading() as connection:
            if connection is None:
                return False
            open_ = or_(jobs.c.state == "queued", (jobs.c.state == "running") & (jobs.c.leased_until < now()))
            return connection.execute(select(jobs.c.id).where(open_).limit(1)).first() is not None

    def _give_up(self, connection: Connection, moment: int) -> None:
        """End the jobs whose process died too often."""
        lapsed = (jobs.c.state == "running") & (jobs.c.leased_until < moment) & (jobs.c.attempts >= MOST_ATTEMPTS)
        ended = {"state": "failed", "error": GIVEN_UP, "ended_at": moment, "leased_by": None, "leased_until": None}
        connection.execute(update(jobs).where(lapsed).values(ended))

    def renew(self, id: str, worker: str, done: int, all: int | None) -> bool:
        """Keep the lease and say how far the work is; False where the job is another's by now, or was deleted."""
        return self._change(id, worker, leased_until=now() + self._lease, lines_done=done, lines_all=all)

    def give_back(self, id: str, worker: str, *, counts: bool = False) -> bool:
        """Queue a job again; the attempt counts where the work itself ended early."""
        attempts = jobs.c.attempts if counts else jobs.c.attempts - 1
        return self._change(id, worker, state="queued", leased_by=None, leased_until=None, attempts=attempts)

    def finish(self, id: str, worker: str, outcome: Mapping[str, Any]) -> bool:
        """The job is done."""
        lines = outcome["lines"]
        said = {"outcome": json.dumps(outcome), "lines_done": lines, "lines_all": lines}
        return self._end(id, worker, "done", **said)

    def fail(self, id: str, worker: str, error: str) -> bool:
        """The job cannot be done; the error says why and what to do."""
        return self._end(id, worker, "failed", error=error)

    def _end(self, id: str, worker: str, state: str, **values: Any) -> bool:
        return self._change(id, worker, state=state, ended_at=now(), leased_by=None, leased_until=None, **values)

    def _change(self, id: str, worker: str, **values: Any) -> bool:
        mine = (jobs.c.id == id) & (jobs.c.leased_by == worker) & (jobs.c.state == "running")
        with self._state.writing() as connection:
            return bool(connection.execute(update(jobs).where(mine).values(values)).rowcount)

    def delete(self, id: str) -> None:
        """Forget a job."""
        with self._state.writing() as connection:
            connection.execute(delete(jobs).where(jobs.c.id == id))

    def expired(self) -> list[str]:
        """Forget the jobs whose time is over; their ids."""
        if not self._state.is_made():
            return []
        with self._state.writing() as connection:
            over = jobs.c.expires_at <= now()
            found = [str(id) for id in connection.execute(select(jobs.c.id).where(over)).scalars()]
            connection.execute(delete(jobs).where(over))
        return found

    def ids(self) -> set[str]:
        """The ids of all that are kept."""
        with self._state.reading() as connection:
            return set() if connection is None else set(connection.execute(select(jobs.c.id)).scalars())

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        with self._state.reading() as connection:
            if connection is None:
                return {}
            rows = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state)).all()
        return {str(state): int(count) for state, count in rows}


def _row(job: Job) -> dict[str, Any]:
    names = [name for name in Job.__slots__ if name != "options"]
    return {name: getattr(job, name) for name in names} | {"options": json.dumps(dict(job.options))}


def _job(row: Mapping[Any, Any]) -> Job:
    outcome = row["outcome"]
    plain = {name: row[name] for name in Job.__slots__ if name not in ("options", "outcome")}
    return Job(**plain, options=json.loads(row["options"]), outcome=None if outcome is None else json.loads(outcome))
