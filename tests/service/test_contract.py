"""The service keeps its OpenAPI document: whatever is asked, no failure of its own and no answer of another shape."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bareme.service.app import create_app
from bareme.service.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
"""All that make sense for a service that reads generously: it takes numbers given as text, for example."""


def described(folder: Path) -> schemathesis.BaseSchema:
    """The service's own description, with the service behind it."""
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(Settings(book=str(folder / "none.sqlite"))))


def kept(operation: Any, cases: int, mode: GenerationMode) -> None:
    """Ask one address so many times; fails at the first answer that is not as described."""

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


@pytest.mark.parametrize("cases", [2, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_address_keeps_its_contract(mode: GenerationMode, cases: int, tmp_path: Path) -> None:
    """With requests of the right shape, and with wrong ones."""
    for found in described(tmp_path).get_all_operations():
        assert not isinstance(found, Err), found
        with suppress(Unsatisfiable):  # an address without parameters cannot be asked wrongly
            kept(found.ok(), cases, mode)
