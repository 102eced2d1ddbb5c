"""A reading as a draft: who says it and from when, what changes, and the tables under their headings.

The titles of a circular may say in its language what decides amounts (ages, group sessions); a draft says it in its own
language too, in a heading above the section's. Of a section only its own heading is known, not those above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bareme.circulars.conditions import conditions_of
from bareme.circulars.model import Reading, Section
from bareme.circulars.series import declared_names, series_of
from bareme.exchange.drafts.draft import Block, Draft, Text, Title
from bareme.exchange.drafts.groups import Conditions, Group, groups_of
from bareme.exchange.drafts.measures import sentence_of
from bareme.exchange.drafts.tables import one_line, table_of
from bareme.exchange.drafts.words import Words, words_of
from bareme.money import printed
from bareme.nomenclature.situations import Basis

PROJECTED = "projected"
"""The kind of a circular that a scenario projects: it is marked at its top and on every page."""
_TOP, _CONDITIONS = 1, 2
"""The levels of headings: convention or "tariffs", conditions. Sections stand below, those of a letter one lower."""


def draft_of(reading: Reading, language: str) -> Draft:
    """The draft of a circular in a language; `InputError` when it is none of the languages of drafts."""
    words = words_of(language)
    circular = reading.circular
    title = _title(reading, words) or words.say("headings.tariffs")
    number = circular.number or reading.document.name
    blocks = (*_identity(reading, words), *_prose(reading, words), *_tables(reading, words))
    mark = f"{words.say('identity.mark')} - " if circular.kind == PROJECTED else ""
    name = f"{mark}{number.replace('/', '-')}-{language}"
    page = words.groups["identity"]["page"]
    return Draft(language, f"{mark}{number} - {title}", name, blocks, f"{mark}{page}")


def _identity(reading: Reading, words: Words) -> Iterator[Block]:
    circular = reading.circular
    if circular.kind == PROJECTED:
        yield Text(words.say("identity.projected"), strong=True)
    yield Text(words.say("identity.draft"))
    yield Text(words.say("identity.department"), strong=True)
    if circular.number and circular.issued_on:
        yield Text(words.say("identity.number", number=circular.number, date=f"{circular.issued_on:%d-%m-%Y}"))
    if circular.effective_on:
        yield Text(words.say("identity.effective", date=words.day(circular.effective_on)))
    if circular.reference:
        yield Text(circular.reference)
    if circular.kind == "corrigendum":
        yield Text(words.say("identity.corrigendum"), strong=True)
    title = _title(reading, words)
    if title:
        yield Text(title, strong=True)


def _title(reading: Reading, words: Words) -> str | None:
    """The tariff's title as printed, where it is in the draft's language; else the name of its series and the date."""
    circular = reading.circular
    series = circular.series
    if circular.title and circular.language == words.language and series_of(circular.title, words.language) == series:
        return one_line(circular.title)
    if series is None or circular.effective_on is None:
        return None
    name = declared_names().get(series, {}).get(words.language, series)
    return words.say("identity.title", name=name, date=f"{circular.effective_on:%d-%m-%Y}")


def _prose(reading: Reading, words: Words) -> Iterator[Block]:
    circular = reading.circular
    for index in circular.indices:
        form = "index" if index.kind == "health_index" else "other_index"
        yield Text(words.say(f"identity.{form}", rate=printed(index.rate.amount), kind=index.kind))
    for note in circular.notes:
        form = "reservation" if note.kind == "reservation" else "other_note"
        yield Text(words.say(f"identity.{form}", kind=note.kind))
    if reading.measures:
        sections = [line.section for line in reading.lines if line.section is not None]
        yield Text(words.say("identity.measures"), strong=True)
        yield from (Text(sentence_of(measure, sections, words), item=True) for measure in reading.measures)
    if circular.attachments:
        yield Text(words.say("identity.attachments"))
        yield from (Text(f"[{one_line(name)}]") for name in circular.attachments)


@dataclass(slots=True)
class _Place:
    """Where a draft is: the headings that hold for what comes next."""

    top: str | None = None
    conditions: str | None = None
    letter: str | None = None
    section: Section | None = None
    is_open: bool = False


def _tables(reading: Reading, words: Words) -> Iterator[Block]:
    letters = {s.number: s.title for line in reading.lines if (s := line.section) and s.number and len(s.number) == 1}
    place = _Place()
    for group in groups_of(reading.lines):
        yield from _headings(group, place, letters, words)
        is_unit = group.conditions.basis is Basis.UNIT and not _says(group.section, "unit", words)
        table, notes = table_of(group, is_unit and _has_marks(group), words)
        yield table
        yield from notes


def _has_marks(group: Group) -> bool:
    return all(line.footnotes for line in group.lines)


def _says(section: Section | None, name: str, words: Words) -> bool:
    """True where the title of a section says it in the draft's language."""
    return section is not None and words.reader.has(f"section.{name}", section.title)


def _headings(group: Group, place: _Place, letters: dict[str, str], words: Words) -> Iterator[Block]:
    """The headings between one table and the next; only those that change, and all below them."""
    section = group.section
    conditions = _conditions(group, words)
    convention = group.convention if group.convention != _convention(section, words) else None
    letter = section.number[0] if section and section.number and section.number[0].isupper() else None
    top = convention or (words.say("headings.tariffs") if section or conditions or place.is_open else None)
    is_new = (top, conditions) != (place.top, place.conditions)
    is_new = is_new or (section is None and place.section is not None) or (place.letter is not None and letter is None)
    if is_new or not place.is_open:
        place.letter = place.section = None
        if top is not None and (top != place.top or conditions == place.conditions or conditions is None):
            yield Title(_TOP, one_line(top))
        if conditions is not None:
            yield Title(_CONDITIONS, conditions)
    place.top, place.conditions, place.is_open = top, conditions, True
    if section is not None and section != place.section:
        yield from _section(section, letter, place, letters, words)
    place.letter, place.section = letter, section


def _section(
    section: Section, letter: str | None, place: _Place, letters: dict[str, str], words: Words
) -> Iterator[Block]:
    """The heading of a section; one of a letter ("N.4") stands below the heading of that letter."""
    title, number = one_line(section.title), section.number
    level = _TOP + 1 if place.conditions is None else _CONDITIONS + 1
    if number is None:
        yield Title(level, title)
    elif letter is None or number == letter:
        yield Title(level, f"{number}{')' if number.isalpha() and number.islower() else '.'} {title}")
    else:
        if letter != place.letter:
            named = f"{letter}. {letters[letter]}" if letter in letters else words.say("headings.letter", number=letter)
            yield Title(level, one_line(named))
        yield Title(level + 1, f"{number.removeprefix(f'{letter}.')}. {title}")


def _convention(section: Section | None, words: Words) -> str | None:
    """The convention that the title of a section names."""
    found = words.reader.search("section.convention", section.title) if section else None
    return found["name"] if found else None


def _conditions(group: Group, words: Words) -> str | None:
    """The conditions of a table in words, unless the title of its section says them; None where there are none."""
    wanted = group.conditions
    said = conditions_of([group.section.title] if group.section else [], words.reader)
    parts = _ages(wanted, words) if (said.age_from, said.age_to) != (wanted.age_from, wanted.age_to) else []
    heads = [f"{words.say('headings.patients')} {', '.join(parts)}"] if parts else []
    if wanted.basis is Basis.SESSION and not _says(group.section, "session", words):
        heads.append(words.say("headings.session"))
    if wanted.basis is Basis.UNIT and not _says(group.section, "unit", words) and not _has_marks(group):
        heads.append(words.say("headings.unit"))
    return " - ".join(heads) or None


def _ages(wanted: Conditions, words: Words) -> list[str]:
    parts = []
    for name, years in (("age_from", wanted.age_from), ("age_to", wanted.age_to)):
        if years is not None:
            form = f"headings.{name}_one" if years == 1 else f"headings.{name}"
            parts.append(words.say(form, years=years))
    return parts
