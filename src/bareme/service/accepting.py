"""Which of the forms that an address can answer in a client asks for (the header Accept)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import Request

_WEIGHT = re.compile(r"q=(0(\.\d{0,3})?|1(\.0{0,3})?)", re.IGNORECASE)


def chosen(request: Request, *offered: str) -> str:
    """The form among those offered that the client likes best; the first where it does not say, or likes none."""
    header = ",".join(request.headers.getlist("accept"))[:2000]
    wanted = list(_wanted(header))
    best = max(offered, key=lambda form: (_liking(form, wanted), -offered.index(form)))
    return best if wanted else offered[0]


def _wanted(header: str) -> Iterator[tuple[str, int]]:
    """The media types and ranges of a header, each with its weight in thousandths."""
    for part in header.split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weights = [found[1] for word in parameters if (found := _WEIGHT.fullmatch(word))]
        if name:
            yield name.lower(), _thousandths(weights[0]) if weights else 1000


def _thousandths(weight: str) -> int:
    whole, _, rest = weight.partition(".")
    return int(whole) * 1000 + int(rest.ljust(3, "0") or 0)


def _liking(form: str, wanted: list[tuple[str, int]]) -> int:
    """How much a form is wanted: by its own name before its family's, before anything's."""
    for name in (form, f"{form.split('/')[0]}/*", "*/*"):
        weights = [weight for range_, weight in wanted if range_ == name]
        if weights:
            return max(weights)
    return 0
