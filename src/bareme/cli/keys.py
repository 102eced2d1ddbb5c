"""`bareme key`: keys of the service, made, listed and revoked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, print_json, print_table, say, tell
from bareme.errors import InputError

if TYPE_CHECKING:
    from bareme.service.state.database import State

key = typer.Typer(name="key", help="Keys of the service.", no_args_is_help=True, rich_markup_mode=None)
StatePlace = Annotated[
    str | None,
    typer.Option("--state", metavar="PLACE", help="Where keys are kept: a file, or postgresql://...; see the service."),
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The TOML file of settings of the service.")
]


def _state(state: str | None, config: Path | None, book: str | None) -> State:
    try:
        from bareme.service.settings import settings_of
        from bareme.service.state.places import state_of
    except ModuleNotFoundError as error:
        raise InputError(f"keys need {error.name}; install it with: pip install 'bareme[service]'") from None
    return state_of(settings_of(config, state=state, book=book))


@key.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key: written with all that it records.")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="reader, or editor who may write.")] = "reader",
    state: StatePlace = None,
    config: Config = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: it is shown this once."""
    place = _state(state, config, book)
    from bareme.service.state.keys import create_key

    made, secret = create_key(place, name, role)
    if as_json:
        print_json(made.to_dict() | {"secret": secret})
        return
    tell(f"The key {made.id} of {made.name}, {made.role}. Keep it: it is not shown again.")
    say(secret)


@key.command("list")
def show(state: StatePlace = None, config: Config = None, book: BookPath = None, as_json: AsJson = False) -> None:
    """The keys that there are, and when each was last used."""
    place = _state(state, config, book)
    from bareme.service.state.keys import list_keys

    found = list_keys(place)
    if as_json:
        print_json([one.to_dict() for one in found])
        return
    rows = [[k.id, k.name, k.role, k.created_at, k.used_at or "-", k.revoked_at or "-"] for k in found]
    print_table(["id", "name", "role", "made", "last used", "revoked"], rows)


@key.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of the key, as `bareme key list` shows it.")],
    state: StatePlace = None,
    config: Config = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a key: within five seconds no service takes it any more."""
    place = _state(state, config, book)
    from bareme.service.state.keys import revoke_key

    done = revoke_key(place, id)
    if as_json:
        print_json(done.to_dict())
    else:
        say(f"The key {done.id} of {done.name} is revoked since {done.revoked_at}.")
