"""Who may do what: reading is open where the settings say so, everything else needs a key with the role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from fastapi import Depends, Request

from bareme.service.problems import Problem
from bareme.service.settings import Settings

Role = Literal["reader", "editor"]
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="bareme"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name and role of a key; None for who reads without one."""

    name: str | None = None
    role: Role | None = None


class Keys(Protocol):
    """Where keys are looked up."""

    def find(self, secret: str) -> Caller | None:
        """The caller of a key, which is then marked as used; None where it is unknown or revoked."""
        ...


def is_public(request: Request) -> bool:
    """True when everyone gets the same answer."""
    settings: Settings = request.app.state.settings
    return settings.reads_without_key


def caller_of(request: Request) -> Caller:
    """Who asks; `Problem` for a key that is not known."""
    given = request.headers.get("authorization")
    if given is None:
        return Caller()
    scheme, _, secret = given.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem("key_needed", "The header Authorization is not `Bearer KEY`.", headers=CHALLENGE)
    keys: Keys = request.app.state.keys
    found = keys.find(secret.strip())
    if found is None:
        raise Problem("key_needed", "The key is not known, or was revoked.", headers=CHALLENGE)
    return found


def reader(request: Request) -> Caller:
    """Whoever may read."""
    caller = caller_of(request)
    if caller.role is None and not is_public(request):
        raise Problem("key_needed", "Reading needs a key here.", headers=CHALLENGE)
    return caller


def editor(request: Request) -> Caller:
    """Whoever may write."""
    caller = caller_of(request)
    if caller.role is None:
        raise Problem("key_needed", "Writing needs a key with the role editor.", headers=CHALLENGE)
    if caller.role != "editor":
        raise Problem("not_allowed", f"The key of {caller.name} has the role {caller.role}; writing needs editor.")
    return caller


Reader = Annotated[Caller, Depends(reader)]
Editor = Annotated[Caller, Depends(editor)]
