"""Who may do what: reading is open where the settings say so, everything else needs a key with the role; and how often.

What a process remembers of a key is used at once; only what must be looked up is handed to a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, get_args

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from bareme.service.problems import Problem
from bareme.service.settings import Settings

Role = Literal["reader", "editor"]
ROLES: tuple[Role, ...] = get_args(Role)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="bareme"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name, role and id of a key; None for who reads without one."""

    name: str | None = None
    role: Role | None = None
    key: str | None = None


NOBODY = Caller()


class Keys(Protocol):
    """Where keys are looked up."""

    def remembered(self, secret: str) -> tuple[Caller | None] | None:
        """What was found for a key a moment ago; None where it must be looked up."""
        ...

    def find(self, secret: str) -> Caller | None:
        """The caller of a key, which is then marked as used; None where it is unknown or revoked."""
        ...


class Limits(Protocol):
    """How often each may ask."""

    rate: int

    def take_held(self, who: str) -> bool:
        """Take a request from those that this process holds; False where they must be asked for."""
        ...

    def take(self, who: str) -> int | None:
        """None where the request may be answered, else the seconds until one may."""
        ...


def is_public(request: Request) -> bool:
    """True when everyone gets the same answer."""
    settings: Settings = request.app.state.settings
    return settings.reads_without_key


async def caller_of(request: Request) -> Caller:
    """Who asks; `Problem` for a key that is not known, or for who asks too often."""
    caller = await _named(request)
    limits: Limits = request.app.state.limits
    if limits.rate and (caller.key is not None or is_public(request)):
        who = caller.key or f"address {request.client.host if request.client else ''}"
        wait = None if limits.take_held(who) else await run_in_threadpool(limits.take, who)
        if wait is not None:
            detail = f"More than {limits.rate} requests a minute; ask again in {wait} s."
            raise Problem("too_many_requests", detail, headers={"Retry-After": str(wait)})
    return caller


async def _named(request: Request) -> Caller:
    given = request.headers.get("authorization")
    if given is None:
        return NOBODY
    scheme, _, secret = given.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Problem("key_needed", "The header Authorization is not `Bearer KEY`.", headers=CHALLENGE)
    keys: Keys = request.app.state.keys
    known = keys.remembered(secret)
    found = known[0] if known is not None else await run_in_threadpool(keys.find, secret)
    if found is None:
        raise Problem("key_needed", "The key is not known, or was revoked.", headers=CHALLENGE)
    return found


async def reader(request: Request) -> Caller:
    """Whoever may read."""
    caller = await caller_of(request)
    if caller.role is None and not is_public(request):
        raise Problem("key_needed", "Reading needs a key here.", headers=CHALLENGE)
    return caller


async def editor(request: Request) -> Caller:
    """Whoever may write."""
    caller = await caller_of(request)
    if caller.role is None:
        raise Problem("key_needed", "Writing needs a key with the role editor.", headers=CHALLENGE)
    if caller.role != "editor":
        raise Problem("not_allowed", f"The key of {caller.name} has the role {caller.role}; writing needs editor.")
    return caller


Reader = Annotated[Caller, Depends(reader)]
Editor = Annotated[Caller, Depends(editor)]
