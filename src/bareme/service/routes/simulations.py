"""Scenarios sent, and what they make of the tariffs. Nothing is kept, and a scenario reads no file of this machine."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from bareme.service.access import Reader
from bareme.service.asked import KnownOn, check_known
from bareme.service.books import TheBook
from bareme.service.caching import answered
from bareme.service.openapi import COMPONENTS, answer
from bareme.service.problems import Problem
from bareme.service.scenarios import placed, sent_scenario, simulated, text_of
from bareme.service.sharing import SIMULATING
from bareme.service.uploads import FORM, Uploaded, files_of, form_of, type_of

router = APIRouter(tags=["simulations"])
FORMS = {"application/toml": "toml", "text/x-toml": "toml", "application/json": "json"}
"""Media types of a scenario; in a form the file's name tells, .json or else TOML."""
BODY = form_of(
    {
        "scenario": "A scenario: TOML, or JSON where its name ends in .json.",
        "volumes": "Yearly volumes (CSV), for what it costs.",
        "baskets": "Typical patients (TOML), for who pays.",
    },
    "scenario",
    {"application/toml": {"type": "string"}, "application/json": {"$ref": f"{COMPONENTS}scenario-1"}},
)
NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"
Euro = Annotated[
    str | None,
    Query(description="What may be spent more than before in a year, in euro.", pattern=NUMBER),
]
Percent = Annotated[
    str | None,
    Query(description="The change with volumes so much lower and higher.", pattern=NUMBER),
]


@router.post(
    "/v1/simulations",
    operation_id="simulate",
    responses=answer("simulate-1", "Projected figures beside the published ones."),
    openapi_extra=BODY,
)
async def simulate(
    request: Request,
    book: TheBook,
    caller: Reader,
    as_known_on: KnownOn = None,
    against: Annotated[str | None, Query(description="A circular of the book to set the figures beside.")] = None,
    envelope: Euro = None,
    part: Annotated[
        Literal["fee", "intervention", "patient_share"], Query(description="What the envelope is spent on.")
    ] = "intervention",
    vary: Percent = None,
) -> Response:
    """What the measures of a scenario make of the tariffs; with volumes what it costs, with baskets who pays."""
    check_known(request, "as_known_on", "against", "envelope", "part", "vary")
    sent, form = await _sent(request)
    text = text_of(sent["scenario"])
    files = {name: file for name, file in sent.items() if name != "scenario"}
    options: dict[str, Any] = {"envelope": envelope, "part": part, "vary": vary}

    def work() -> dict[str, Any]:
        from bareme.simulation.options import CostingOptions

        with SIMULATING.one(), TemporaryDirectory(prefix="bareme-") as folder:
            costing = CostingOptions(**placed(files, Path(folder)), **options)
            return simulated(book, sent_scenario(text, form), as_known_on, against, costing).to_dict()

    return answered(await run_in_threadpool(work))


async def _sent(request: Request) -> tuple[dict[str, Uploaded], str]:
    """The files of a request, and the form of the scenario."""
    kind = type_of(request)
    if kind == FORM:
        files = await files_of(request, "scenario", "volumes", "baskets")
        return files, "json" if files["scenario"].name.lower().endswith(".json") else "toml"
    if kind not in FORMS:
        raise Problem("unsupported_type", f"A scenario is {', '.join(FORMS)}, or a file of a form ({FORM}).")
    return {"scenario": Uploaded("scenario", await request.body())}, FORMS[kind]
