"""Who says it and from when: the heading of a circular, from its prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bareme.circulars.dates import date_of
from bareme.circulars.documents.blocks import Document, Heading, Paragraph, Table
from bareme.circulars.measures import index_named
from bareme.circulars.model import Circular, Note
from bareme.circulars.series import PROVISIONAL, declared_series, is_series, series_of
from bareme.circulars.sources import Source
from bareme.circulars.vocabulary import Vocabulary
from bareme.errors import InputError

Prose = Paragraph | Heading
_LINK = re.compile(r"^\[(?P<name>[^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the heading gave, and where the effective date was found: "line", "title", "prose" or None."""

    circular: Circular
    effective_from: str | None
    sources: dict[str, Source]


def read_identity(document: Document, words: Vocabulary) -> Identity:
    """The circular's identity; whatever is not found is None."""
    prose = [b for b in document.blocks if not isinstance(b, Table)]
    sources: dict[str, Source] = {}

    def find(name: str) -> re.Match[str] | None:
        for block in prose:
            found = words.search(f"identity.{name}", block.text)
            if found:
                sources[name] = document.source(block)
                return found
        return None

    number, reference, title = find("number"), find("reference"), find("title")
    corrigendum = find("corrigendum")
    effective, where = _effective(find, title, words)
    titled = _title(title)
    return Identity(
        Circular(
            number=number["number"] if number else None,
            issued_on=date_of(number["issued"], words) if number else None,
            effective_on=effective,
            reference=re.sub(r"\s", "", reference["reference"]) if reference else None,
            language=words.language,
            kind="corrigendum" if corrigendum else "circular",
            series=series_of(titled, words.language) if titled else None,
            title=titled,
            indices=tuple(i for b in prose for i in index_named(document, b, words)),
            attachments=_attachments(document, words),
            notes=tuple(
                Note("reservation", document.source(b)) for b in prose if words.has("prose.reservation", b.text)
            ),
        ),
        where,
        sources,
    )


def _title(found: re.Match[str] | None) -> str | None:
    """The tariff's title as printed: words, then the date."""
    return None if found is None else f"{found['title'].strip()}; {found['date']}"


def _effective(find: object, title: re.Match[str] | None, words: Vocabulary) -> tuple[date | None, str | None]:
    """The effective date and where it stands: a line of its own, else the title, else the prose."""
    assert callable(find)
    line = find("effective_line")
    if line and date_of(line["date"], words):
        return date_of(line["date"], words), "line"
    if title and date_of(title["date"], words):
        return date_of(title["date"], words), "title"
    elsewhere = find("effective_elsewhere")
    if elsewhere and date_of(elsewhere["date"], words):
        return date_of(elsewhere["date"], words), "prose"
    return None, None


def _attachments(document: Document, words: Vocabulary) -> tuple[str, ...]:
    names: list[str] = []
    listing = False
    for block in document.blocks:
        if listing and isinstance(block, Paragraph):
            link = _LINK.match(block.raw.lstrip("-• ")) or _LINK.match(block.text)
            if link:
                names.append(link["name"])
                continue
        listing = isinstance(block, Paragraph) and words.has("identity.attachments", block.text)
    return tuple(names)


def with_given(
    identity: Identity,
    number: str | None = None,
    issued_on: date | None = None,
    effective_on: date | None = None,
    series: str | None = None,
) -> Identity:
    """The identity with what the caller says of a document that does not say it; what is printed stays."""
    if series is not None and not is_series(series):
        known_ids = ", ".join(declared_series())
        raise InputError(f"series: {series!r} names no series; write it as {known_ids}, or your own in that form.")
    circular = identity.circular
    given = {"number": number, "issued_on": issued_on, "effective_on": effective_on, "series": series}
    for name, value in given.items():
        said = getattr(circular, name)
        if name == "series" and said is not None and said.startswith(PROVISIONAL):
            continue
        if value is not None and said is not None and said != value:
            raise InputError(f"{OPTIONS[name]} {value}: the document says {said}; leave the option out.")
    known = replace(
        circular,
        number=circular.number or number,
        issued_on=circular.issued_on or issued_on,
        effective_on=circular.effective_on or effective_on,
        series=series or circular.series,
    )
    return replace(identity, circular=known)


OPTIONS = {"number": "--number", "issued_on": "--issued", "effective_on": "--effective", "series": "--series"}
"""The option of the command line that gives each part of the identity."""


def missing_of(circular: Circular) -> Sequence[str]:
    """The names of the parts of the identity that a book cannot do without and that are not there."""
    return [name for name in ("number", "issued_on", "effective_on", "series") if getattr(circular, name) is None]
