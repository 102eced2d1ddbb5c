"""Health, readiness and metrics: for whoever runs the service."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from bareme._version import __version__
from bareme.service.access import Reader
from bareme.service.books import TheBook
from bareme.service.caching import answered
from bareme.service.metrics import Metrics
from bareme.service.openapi import problems
from bareme.service.state.database import State

router = APIRouter(tags=["about"])
_STATUS: dict[str, Any] = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}


def _says(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": _STATUS}}}, **problems()}


@router.get("/v1/health", operation_id="health", responses=_says("The process answers."))
async def health() -> Response:
    """That the process answers; says nothing of the book."""
    return answered({"status": "ok", "version": __version__})


@router.get("/v1/ready", operation_id="ready", responses=_says("The book and the state can be read."))
def ready(request: Request, book: TheBook) -> Response:
    """That the book, and the state with keys and jobs, can be read: 503 where one cannot."""
    state: State = request.app.state.state
    state.check()
    return answered({"status": "ok", "book": book.hash})


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus's text.", "content": {"text/plain": {}}}, **problems()},
)
def metrics(request: Request, caller: Reader) -> Response:
    """Counters for Prometheus, of all processes of the service."""
    found: Metrics = request.app.state.metrics
    return Response(
        found.text(request.app.state.queue.counts()),
        media_type="text/plain; version=0.0.4",
        headers={"Cache-Control": "no-store"},
    )
