"""The application: settings, book and routes put together."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import Receive, Scope, Send

from bareme._version import __version__
from bareme.library import open_book
from bareme.service.allowing import Methods
from bareme.service.envelope import Envelope
from bareme.service.jobs.folders import FORMATS, Folders
from bareme.service.jobs.queue import Queue
from bareme.service.jobs.steward import Steward
from bareme.service.jobs.tables import Tables
from bareme.service.metrics import Metrics
from bareme.service.openapi import with_schemas
from bareme.service.pages import about as about_page
from bareme.service.pages import (
    agreement,
    agreement_budget,
    agreement_conditions,
    circular_document,
    compare,
    estimate,
    search,
    session,
    simulate,
    simulate_files,
    site,
    upload,
)
from bareme.service.pages import circular as circular_page
from bareme.service.pages import code as code_page
from bareme.service.problems import Problem, add_handlers, answer_to
from bareme.service.quick import at_once
from bareme.service.routes import (
    about,
    agreement_questions,
    agreements,
    changes,
    circulars,
    codes,
    comparing,
    fhir,
    jobs,
    loading,
    prices,
    simulations,
)
from bareme.service.settings import Settings
from bareme.service.state.drafts import Drafts
from bareme.service.state.keys import KeyRing
from bareme.service.state.limits import Limiter
from bareme.service.state.places import files_of, state_of
from bareme.service.state.sessions import Sessions

ROUTES = (
    prices,
    jobs,
    codes,
    loading,
    circulars,
    comparing,
    changes,
    simulations,
    agreements,
    agreement_questions,
    fhir,
    about,
)
"""The modules of addresses; each has a `router`."""
PAGES = (
    site,
    session,
    search,
    code_page,
    upload,
    circular_page,
    circular_document,
    compare,
    estimate,
    simulate,
    simulate_files,
    agreement,
    agreement_budget,
    agreement_conditions,
    about_page,
)
"""The modules of pages; each has a `router`."""
ABOUT = "The tariffs of Belgian compulsory health insurance: exact, sourced, as known on any day."


class Application(FastAPI):
    """FastAPI with our OpenAPI document and the envelope outside of everything, errors included."""

    _envelope: Envelope | None = None

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document, with every published schema that it refers to."""
        if not self.openapi_schema:
            document = get_openapi(title=self.title, version=self.version, summary=ABOUT, routes=self.routes)
            self.openapi_schema = with_schemas(document)
        return self.openapi_schema

    def _answer(self, scope: Scope, problem: Problem) -> Response:
        """The answer to a problem that is seen before anything else: a page where a browser asks."""
        return answer_to(Request({**scope, "app": self}), problem)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, in the envelope."""
        if self._envelope is None:
            observe = self.state.metrics.observe
            once, answer = partial(at_once, self), self._answer
            self._envelope = Envelope(super().__call__, self.state.settings, observe, once, answer)
        await self._envelope(scope, receive, send)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """While a process answers, its steward works on jobs."""
    steward: Steward = app.state.steward
    steward.start()
    gc.freeze()  # What is there from the beginning stays: the collector need not look at it again.
    try:
        yield
    finally:
        gc.unfreeze()
        await run_in_threadpool(steward.end)
        await run_in_threadpool(app.state.tables.end)


def _remember(app: FastAPI, settings: Settings) -> None:
    """What the application knows beside the book: keys, limits, jobs and who works on them."""
    state = state_of(settings)
    app.state.state = state
    app.state.keys = KeyRing(state)
    app.state.sessions = Sessions(state)
    app.state.drafts = Drafts(state)
    app.state.limits = Limiter(state, settings.rate)
    app.state.queue = Queue(state, settings.lease)
    app.state.folders = Folders(files_of(settings, state))
    app.state.receiving = 0
    app.state.tables = Tables(settings, app.state.book)
    forgetting = (app.state.limits.forget_full, app.state.drafts.delete_expired)
    chores = (app.state.keys.write_uses, *forgetting, app.state.tables.look)
    app.state.steward = Steward(settings, app.state.queue, app.state.folders, app.state.keys, chores)


def create_app(settings: Settings | None = None) -> FastAPI:
    """An application on a book; `BookError` or `InputError` where it cannot be opened."""
    settings = settings or Settings()
    app = Application(
        title="bareme", version=__version__, docs_url=None, redoc_url=None, lifespan=_life, redirect_slashes=False
    )
    app.state.settings = settings
    app.state.book = open_book(settings.book)
    # Whether a file changed is seen in microseconds; a server must be asked, in a thread.
    app.state.answers_at_once = isinstance(app.state.book.address, Path)
    _remember(app, settings)
    app.state.metrics = Metrics()
    files = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *FORMATS.values())
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=4, exclude_content_types=files)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match"],
            expose_headers=["ETag", "X-Request-Id"],
        )
    add_handlers(app)
    app.state.as_page = site.as_page
    routers = [module.router for module in (*ROUTES, *PAGES)]
    for router in routers:
        app.include_router(router)
    app.state.methods = Methods(routers)
    return app
