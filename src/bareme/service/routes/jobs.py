"""Files of acts: sent, priced in the background, fetched, deleted. Only who sent one sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from bareme.periods import as_date, as_moment
from bareme.service.access import Caller, Reader
from bareme.service.asked import check_known
from bareme.service.caching import answered
from bareme.service.jobs.checking import check_acts
from bareme.service.jobs.folders import FORMATS, Folders
from bareme.service.jobs.queue import Job, Queue, new_id
from bareme.service.jobs.receiving import Received, cannot_keep, receive
from bareme.service.openapi import COMPONENTS, answer, problems
from bareme.service.problems import Problem
from bareme.service.settings import Settings
from bareme.service.state.clock import SECOND, now

router = APIRouter(tags=["files of acts"])
PLACE = "/v1/price-files"
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FORM = {"type": "object", "required": ["acts"], "properties": {"acts": {"type": "string", "format": "binary"}}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The acts: a CSV or Parquet file with the columns code and date, and those of facts.",
        "content": {**dict.fromkeys(FORMATS.values(), _BINARY), "multipart/form-data": {"schema": _FORM}},
    }
}
_MADE: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The job is queued; its address stands in the header Location.",
        "content": {"application/json": {"schema": {"$ref": f"{COMPONENTS}price-job-1"}}},
        "headers": {"Location": {"description": "The address of the job.", "schema": {"type": "string"}}},
    },
    **problems(),
}
_RESULT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The result.", "content": dict.fromkeys(FORMATS.values(), _BINARY)},
    206: {"description": "A part of it.", "content": dict.fromkeys(FORMATS.values(), _BINARY)},
    **problems(),
}
Id = Annotated[str, Path(description="The id of a job.")]


class ResultFile(FileResponse):
    """A result; a part that it does not have is a problem like any other."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, a part of it, or a problem."""
        problem: Problem | None = None

        async def told(message: Message) -> None:
            nonlocal problem
            if message["type"] == "http.response.start" and message["status"] >= HTTPStatus.BAD_REQUEST:
                problem = _no_part(message["status"], Headers(raw=message["headers"]).get("content-range"))
            if problem is None:
                await send(message)

        await super().__call__(scope, receive, told)
        if problem is not None:
            await problem.response()(scope, receive, send)


def _no_part(status: int, size: str | None) -> Problem:
    """What is wrong with the header Range."""
    if status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return Problem("invalid_input", "The header Range cannot be used; write it as bytes=0-999.")
    headers = {} if size is None else {"Content-Range": size}
    return Problem("no_such_part", f"The result has {(size or '').rpartition('/')[2]} bytes.", headers=headers)


@asynccontextmanager
async def _place(request: Request, most: int) -> AsyncIterator[tuple[str, Folders]]:
    """A new folder for a file that comes; `Problem` where too many are kept. It is removed if anything goes wrong."""
    state = request.app.state
    folders: Folders = state.folders
    queue: Queue = state.queue
    state.receiving += 1
    id, kept = new_id(), False
    try:
        if await run_in_threadpool(queue.count) + state.receiving > most:
            raise _too_many(most)
        try:
            await run_in_threadpool(folders.make, id)
        except OSError as error:
            raise cannot_keep(error) from None
        yield id, folders
        kept = True
    finally:
        state.receiving -= 1
        if not kept:
            # Who was cut off may not wait for anything any more.
            await asyncio.shield(run_in_threadpool(folders.remove, id))


def _too_many(most: int) -> Problem:
    detail = f"{most} files of acts are kept or coming; delete one that is no longer needed, or wait."
    return Problem("too_many_requests", detail, headers={"Retry-After": "60"})


@router.post(PLACE, operation_id="price_file", status_code=202, responses=_MADE, openapi_extra=_BODY)
async def price_file(
    request: Request,
    caller: Reader,
    format: Annotated[
        Literal["csv", "parquet"] | None, Query(description="The kind of the result; by default that of the acts.")
    ] = None,
    columns: Annotated[
        Literal["fr", "nl"] | None, Query(description="The language of the file's column names and words.")
    ] = None,
    rules: Annotated[
        Literal["rolling", "from_first_act"] | None,
        Query(description="Ask the rules of conventions, counting months so; by default none is asked."),
    ] = None,
    as_known_on: Annotated[
        str | None, Query(description="Only circulars known on this day (YYYY-MM-DD) count.")
    ] = None,
    as_recorded_at: Annotated[
        str | None, Query(description="Only what the book held at this moment (UTC) counts.")
    ] = None,
) -> Response:
    """Price a file of acts: every line comes back once, in order, with an outcome. Answers at once with a job."""
    check_known(request, "format", "columns", "rules", "as_known_on", "as_recorded_at")
    settings: Settings = request.app.state.settings
    options: dict[str, Any] = {"columns": columns, "rules": rules or False}
    options |= {"as_known_on": None if as_known_on is None else str(as_date(as_known_on, "as_known_on"))}
    options |= {"as_recorded_at": as_recorded_at}
    if as_recorded_at is not None:
        as_moment(as_recorded_at, "as_recorded_at")
    async with _place(request, settings.most_jobs) as (id, folders):
        received = await receive(request, folders.root / id)
        acts = folders.acts(id, received.format)
        lines = await run_in_threadpool(check_acts, acts, columns, settings.most_lines)
        job = _job(id, caller, received, {"format": format or received.format, **options}, lines, settings.keep_jobs)
        if not await run_in_threadpool(request.app.state.queue.add, job, settings.most_jobs):
            raise _too_many(settings.most_jobs)
    request.app.state.steward.wake()
    return answered(job.to_dict(), {"Location": f"{PLACE}/{id}", "Cache-Control": "no-store"}, 202)


def _job(id: str, caller: Caller, received: Received, options: dict[str, Any], lines: int | None, kept: int) -> Job:
    made = now()
    return Job(
        id=id,
        owner=caller.key or "",
        state="queued",
        format=received.format,
        options=options,
        size=received.size,
        lines_done=0,
        lines_all=lines,
        attempts=0,
        created_at=made,
        ended_at=None,
        expires_at=made + kept * SECOND,
        error=None,
        outcome=None,
    )


def _found(request: Request, caller: Caller, id: str) -> Job:
    """The job of who asks; `Problem` where there is none, or it is another's, which is the same to who asks."""
    queue: Queue = request.app.state.queue
    job = queue.find(id)
    if job is None or job.owner != (caller.key or ""):
        raise Problem("not_found", "There is no such job; it may have expired, or be of another key.")
    return job


@router.get(f"{PLACE}/{{id}}", operation_id="price_job", responses=answer("price-job-1", "How the job stands."))
def price_job(request: Request, caller: Reader, id: Id) -> Response:
    """How a job stands: queued, running with the lines that are done, done, or failed with the reason."""
    return answered(_found(request, caller, id).to_dict())


@router.get(f"{PLACE}/{{id}}/result", operation_id="price_job_result", response_class=Response, responses=_RESULT)
def price_job_result(request: Request, caller: Reader, id: Id) -> Response:
    """The priced acts. A part may be asked for with the header Range."""
    job = _found(request, caller, id)
    if job.state != "done":
        raise Problem("not_ready", f"The job is {job.state}." if job.error is None else f"The job failed: {job.error}")
    format = str(job.options["format"])
    place = request.app.state.folders.result(id, format)
    if not place.is_file():
        raise Problem("not_found", "The result is no longer there.")
    headers = {"Cache-Control": "private, no-store"}
    return ResultFile(place, media_type=FORMATS[format], filename=f"priced.{format}", headers=headers)


@router.delete(
    f"{PLACE}/{{id}}",
    operation_id="delete_price_job",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "The job, its file and its result are gone."}, **problems()},
)
def delete_price_job(request: Request, caller: Reader, id: Id) -> Response:
    """Delete a job, its file and its result; work on it ends within seconds."""
    _found(request, caller, id)
    request.app.state.queue.delete(id)
    request.app.state.folders.remove(id)
    return Response(status_code=204)
