"""A draft read back gives equal figures: the circulars of the shipped book, the toy circulars, random ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import bareme
from bareme import Reading
from bareme.circulars.model import Line
from bareme.circulars.series import declared_names, declared_series, series_of
from bareme.errors import InputError
from bareme.exchange.drafts.formats import FORMATS, drafted
from bareme.exchange.drafts.words import DRAFTED, words_of
from bareme.nomenclature.situations import Regime
from drafted import (
    FACTS_ARE_READ,
    NOT_PUBLISHED_IS_READ,
    figures,
    formats_and_languages,
    identity,
    measures,
    new_errors,
    places,
    read_back,
)
from invented import CODES, FACTS, Invented, Json, amount, line
from random_books import BOUNDS, FEES, SHARES, examples, one_in
from running import REPOSITORY, same_as_golden

TOY = sorted((REPOSITORY / "examples" / "toy").glob("*.txt"))
DUTCH = sorted((REPOSITORY / "tests" / "data").glob("dutch-*.txt"))
EXAMPLES = sorted((REPOSITORY / "examples" / "circulars").glob("*.txt"))
GOLDEN = Path(__file__).parent / "golden"
SHIPPED = ("2024/356", "2024/382", "2024/401", "2025/336")
BACK = formats_and_languages()
QUICKLY = [pytest.param(*one, marks=() if one[0] in ("text", "html") else pytest.mark.slow) for one in BACK]
"""For long circulars: workbooks and PDF run among the slow tests."""
EXAMPLE_COSTS = {"text": 1, "html": 2, "xlsx": 4, "pdf": 8}
"""How much longer a draft of a format takes to be written and read back."""


@cache
def shipped() -> dict[str, Reading]:
    """The circulars of the shipped book."""
    entries = bareme.open_book("/nowhere/book.sqlite").entries()
    return {entry.circular: entry.reading() for entry in entries if entry.kind == "circular"}


@cache
def reading_of(path: Path) -> Reading:
    return bareme.read(path)


def assert_equal(reading: Reading, format: str, language: str) -> None:
    back = read_back(reading, format, language)
    assert back.circular.language == language
    assert figures(back) == figures(reading)
    assert identity(back) == identity(reading)
    assert measures(back) == measures(reading)
    assert places(back) == places(reading)
    assert new_errors(reading, back) == []


@pytest.mark.parametrize(("format", "language"), BACK)
@pytest.mark.parametrize("number", SHIPPED)
def test_a_shipped_circular_comes_back(number: str, format: str, language: str) -> None:
    assert_equal(shipped()[number], format, language)


@pytest.mark.parametrize(("format", "language"), BACK)
@pytest.mark.parametrize("path", [*TOY, *EXAMPLES, *DUTCH], ids=lambda path: path.stem)
def test_an_example_comes_back(path: Path, format: str, language: str) -> None:
    assert_equal(reading_of(path), format, language)


@pytest.mark.parametrize(("format", "language"), QUICKLY)
def test_the_real_circulars_come_back(four: dict[str, Path], format: str, language: str) -> None:
    for path in four.values():
        assert_equal(reading_of(path), format, language)


@pytest.mark.parametrize("language", DRAFTED)
def test_no_sentence_of_a_circular_stands_in_its_draft(four: dict[str, Path], language: str) -> None:
    """Official names do: titles, labels, conventions, names of attachments."""
    for path in four.values():
        reading = reading_of(path)
        sources = [m.source.text for m in reading.measures] + [n.source.text for n in reading.circular.notes]
        texts = [note.text for found in reading.lines for note in found.footnotes]
        draft = drafted(reading, "text", language).decode()
        assert not [text for text in (*sources, *texts) if text and text in draft]


@pytest.mark.parametrize(("format", "language"), QUICKLY)
def test_a_draft_of_a_draft_is_the_same_draft(format: str, language: str) -> None:
    not_published = words_of(language).say("columns.not_published")
    for reading in shipped().values():
        back = read_back(reading, format, language)
        if not_published not in drafted(reading, "text", language).decode():
            once, twice = drafted(back, format, language), drafted(read_back(back, format, language), format, language)
            assert once == twice


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize("path", TOY, ids=lambda path: path.stem)
def test_a_toy_circular_in_text(path: Path, language: str) -> None:
    text = drafted(reading_of(path), "text", language).decode()
    same_as_golden(text, GOLDEN / f"draft-{path.stem}-{language}.txt")


@st.composite
def a_line(draw: st.DrawFn, code: str, twin: str) -> Json:
    """A line that a document can say: one age group, one basis, every setting with every regime."""
    own, other = draw(st.sampled_from([(code, None), (code, twin), (None, twin)]))
    sections = st.sampled_from([None, "1", "2", "1.1", "N.1", "N.2", "O", "c"])
    low, high = draw(st.sampled_from([(None, None), (None, 18), (18, None), (12, 24), (1, None), (None, 1)]))
    basis = draw(st.sampled_from(["act", "act", "session", "unit"]))
    fee = None if one_in(draw, 8) else draw(st.sampled_from(FEES))
    both = own and other and draw(st.booleans())
    which = [(s, r) for s in (["ambulatory", "hospital"] if both else [None]) for r in draw(REGIMES)]
    kind = draw(st.sampled_from(["actual", "theoretical"])) if basis == "session" else "actual"
    facts: list[Json] = draw(st.sampled_from([[{}], [{}], ALL_FACTS])) if FACTS_ARE_READ else [{}]
    share_printed = draw(st.booleans())
    amounts = [
        draw(figures_drawn(fee, basis, kind, share_printed))
        | {"setting": s, "regime": r, "age_from": low, "age_to": high, "facts": f}
        for (s, r), f in product(which, facts)
    ]
    cut = {"not_published": ["fee"]} if NOT_PUBLISHED_IS_READ and fee is None and draw(st.booleans()) else {}
    label = draw(st.sampled_from([None, "Acte imaginaire", "Séance - 2", "Échographie tomодensitométrique (rénale)"]))
    number = draw(sections)
    convention = draw(st.sampled_from([None, None, None, "Convention entre un comité et un réseau"]))
    return line(own, other, fee, *amounts, section=number, label=label, convention=convention, terms=draw(TERMS), **cut)


ALL_FACTS: list[Json] = [{"gp_referral": value} for value in ("yes", "no")]
NO_REGIME: tuple[str | None, ...] = (None,)
REGIMES = st.sampled_from((NO_REGIME, ("preferential", "ordinary")))


@st.composite
def terms_drawn(draw: st.DrawFn) -> list[Json]:
    """No term, or up to three with letters of their own, the first perhaps without one."""
    letters: list[str | None] = draw(st.lists(st.sampled_from(["B", "N", "Q", "KI"]), max_size=3, unique=True))
    letters = [None, *letters[1:]] if letters and one_in(draw, 4) else letters
    numbers = st.sampled_from(["8", "289", "599.4", "2000", "12.50"])
    values = st.sampled_from(["1.257532", "0.100000", "2.012275"])
    return [{"letter": letter, "coefficient": draw(numbers), "value": draw(values)} for letter in letters]


TERMS = terms_drawn()


@st.composite
def figures_drawn(draw: st.DrawFn, fee: str | None, basis: str, kind: str, share_printed: bool) -> Json:
    """The figures of one situation; what is not given is not computed."""
    if fee is None or one_in(draw, 8):
        cut = NOT_PUBLISHED_IS_READ and draw(st.booleans())
        return amount(basis=basis, not_published=["intervention", "patient_share"] if cut else [])
    if kind == "theoretical":
        share = min(draw(st.sampled_from(["0.00", "2.50"])), fee, key=Decimal) if share_printed else None
        # A reader takes a row with an intervention above its fee for a shifted one, and a share above it for a slip.
        return amount(min("53.76", fee, key=Decimal), share, basis=basis, intervention_kind=kind)
    share = min(draw(st.sampled_from(SHARES)), fee, key=Decimal)
    rest = str(Decimal(fee) - Decimal(share))
    if basis == "session":
        return amount(rest, share if share_printed else None, basis=basis)
    return amount(rest, share, basis=basis, derived=[] if share_printed else ["patient_share"])


@st.composite
def circulars(draw: st.DrawFn) -> Reading:
    """A circular or corrigendum of the toy series, as a French or Dutch reading."""
    pairs = draw(st.lists(st.integers(0, len(CODES) // 2 - 1), min_size=1, max_size=6, unique=True))
    lines = [draw(a_line(CODES[2 * pair], CODES[2 * pair + 1])) for pair in pairs]
    kind = draw(st.sampled_from(["circular", "corrigendum"]))
    made = Invented("2023/77", "2022-12-01", "2023-01-01", tuple(lines), kind=kind).reading()
    return replace(made, circular=replace(made.circular, language=draw(st.sampled_from(DRAFTED))))


@pytest.mark.parametrize(("format", "language"), BACK)
def test_a_random_circular_comes_back(format: str, language: str) -> None:
    some = examples(24) // EXAMPLE_COSTS[format]

    @settings(deadline=None, max_examples=some, suppress_health_check=[HealthCheck.too_slow])
    @given(circulars())
    def comes_back(reading: Reading) -> None:
        assume(in_order(reading))
        assert_comes_back(reading, format, language)

    comes_back()


def in_order(reading: Reading) -> bool:
    """True unless an ordinary intervention is above the preferential one, which says that columns were exchanged."""

    def paid(line: Line, regime: Regime) -> list[tuple[object, Decimal]]:
        amounts = [a for a in line.amounts if a.regime is regime and a.intervention is not None]
        return [((a.setting, a.age_from, a.facts), a.intervention.amount) for a in amounts if a.intervention]

    return not any(
        own == other and ordinary > preferential
        for line in reading.lines
        for own, ordinary in paid(line, Regime.ORDINARY)
        for other, preferential in paid(line, Regime.PREFERENTIAL)
    )


def is_even(reading: Reading) -> bool:
    """True unless a line has amounts for some settings and regimes and not for others, which a draft cannot say."""
    pairs = [{(a.setting, a.regime) for a in line.amounts} for line in reading.lines]
    return all(len(found) == len({s for s, _ in found}) * len({r for _, r in found}) for found in pairs)


def assert_comes_back(reading: Reading, format: str, language: str) -> None:
    back = read_back(reading, format, language)
    assert identity(back) == identity(reading)
    if is_even(reading):
        assert new_errors(reading, back) == []
    assert figures(back) == figures(reading)
    assert [found.label for found in back.lines] == [found.label for found in reading.lines]
    assert [found.convention for found in back.lines] == [found.convention for found in reading.lines]
    named = [(x.section, y.section) for x, y in zip(reading.lines, back.lines, strict=True) if x.section is not None]
    assert [own for own, _ in named] == [other for _, other in named]


COLUMNS: list[tuple[tuple[str | None, ...], tuple[str | None, ...], str | None]] = [
    ((None,), ("preferential", "ordinary"), "convention_status"),
    (("ambulatory", "hospital"), (None,), "convention_status"),
    *(
        (("ambulatory", "hospital"), ("preferential", "ordinary"), fact)
        for fact in FACTS
        if fact != "convention_status"
    ),
]
"""Settings, regimes and a fact that make six to eight columns of amounts."""


@st.composite
def wide_circulars(draw: st.DrawFn) -> Reading:
    """A circular whose lines have six to eight amounts, and perhaps as many patient shares and three terms."""
    settings_named, regimes, fact = draw(st.sampled_from(COLUMNS))
    share_printed, terms = draw(st.booleans()), draw(TERMS)
    lines: list[Json] = []
    for pair in range(draw(st.integers(1, 4))):
        fee = draw(st.sampled_from(["12.34", "1676.97", "12345.67"]))
        amounts = []
        for setting, value in product(settings_named, FACTS[fact] if fact else ()):
            shares = sorted(draw(st.lists(st.sampled_from(SHARES), min_size=len(regimes), max_size=len(regimes))))
            amounts += [
                amount(str(Decimal(fee) - Decimal(share)), share, setting=setting, regime=regime, facts={fact: value})
                | {"derived": [] if share_printed else ["patient_share"]}
                for regime, share in zip(regimes, shares, strict=True)
            ]
        label = draw(st.sampled_from([None, "Échographie tomodensitométrique et électroencéphalographie (rénale)"]))
        lines.append(line(CODES[2 * pair], CODES[2 * pair + 1], fee, *amounts, label=label, terms=terms))
    made = Invented("2023/77", "2022-12-01", "2023-01-01", tuple(lines)).reading()
    return replace(made, circular=replace(made.circular, language=draw(st.sampled_from(DRAFTED))))


@pytest.mark.parametrize(("format", "language"), BACK)
def test_a_wide_circular_comes_back(format: str, language: str) -> None:
    some = examples(24) // EXAMPLE_COSTS[format]

    @settings(deadline=None, max_examples=some, suppress_health_check=[HealthCheck.too_slow])
    @given(wide_circulars())
    def comes_back(reading: Reading) -> None:
        assert_comes_back(reading, format, language)

    comes_back()


def keys_of(words: object) -> Iterator[str]:
    assert isinstance(words, dict)
    for group, table in words.items():
        yield from (f"{group}.{key}" for key in table)


def test_every_language_has_the_same_words() -> None:
    french, *others = (sorted(keys_of(words_of(language).groups)) for language in DRAFTED)
    assert all(other == french for other in others)
    assert all(len(words_of(language).months) == 12 for language in DRAFTED)


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize("series", declared_series())
def test_the_name_of_a_series_is_found_in_its_title(series: str, language: str) -> None:
    name = declared_names()[series][language]
    assert series_of(words_of(language).say("identity.title", name=name, date="01-01-2026"), language) == series


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize("bound", BOUNDS)
def test_an_age_is_said(bound: int, language: str) -> None:
    both: list[Json] = [{"age_from": bound}, {"age_to": bound}]
    for ages in both:
        made = Invented(
            "2023/77", "2022-12-01", "2023-01-01", (line(CODES[0], None, "10.00", amount(**ages)),)
        ).reading()
        back = read_back(made, "text", language)
        assert figures(back) == figures(made)


@pytest.mark.parametrize("language", DRAFTED)
def test_every_fact_has_its_words_in_the_header(language: str) -> None:
    """And what is written is read."""
    for name, values in FACTS.items():
        amounts = [amount("8.00", facts={name: value}) for value in values]
        made = Invented("2023/77", "2022-12-01", "2023-01-01", (line(CODES[0], None, "10.00", *amounts),)).reading()
        text = drafted(made, "text", language).decode()
        for value in values:
            assert words_of(language).say(f"facts.{name}_{value}") in text
        back = read_back(made, "text", language)
        assert (figures(back), new_errors(made, back)) == (figures(made), [])


@pytest.mark.parametrize("language", DRAFTED)
def test_ages_within_a_line_stand_in_the_header(language: str) -> None:
    amounts = [amount("8.00", age_to=18), amount("7.00", age_from=18)]
    made = Invented("2023/77", "2022-12-01", "2023-01-01", (line(CODES[0], None, "10.00", *amounts),)).reading()
    text = drafted(made, "text", language).decode()
    words = words_of(language)
    header = f"{words.say('facts.age_to', years=18)}\t{words.say('facts.age_from', years=18)}"
    assert header in text


@pytest.mark.parametrize("language", DRAFTED)
def test_what_is_not_published_is_said_and_what_is_not_given_is_blank(language: str) -> None:
    four = [("ambulatory", "preferential"), ("ambulatory", "ordinary"), ("hospital", "preferential")]
    amounts = [amount("10.00", derived=[], setting=s, regime=r) for s, r in four]
    cut = amount(not_published=["intervention", "patient_share"], setting="hospital", regime="ordinary")
    none = [amount(setting=s, regime=r) for s in ("ambulatory", "hospital") for r in ("preferential", "ordinary")]
    lines = (
        line(CODES[0], CODES[1], None, *amounts, cut, not_published=["fee"]),
        line(CODES[2], CODES[3], "5.00", *none),
    )
    text = drafted(Invented("2023/77", "2022-12-01", "2023-01-01", lines).reading(), "text", language).decode()
    said = words_of(language).say("columns.not_published")
    assert f"{CODES[0]}\t{CODES[1]}\t{said}\t10,00\t10,00\t10,00\t{said}\n" in text
    assert f"{CODES[2]}\t{CODES[3]}\t5,00\t\t\t\t\n" in text


def test_what_there_is_not_is_refused(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "book.sqlite")
    with pytest.raises(InputError, match=r"format: 'docx' is none of xlsx, pdf, html, text\."):
        book.draft("2025/336", format="docx")
    with pytest.raises(InputError, match=r"language: 'de' is none of fr, nl\."):
        book.draft("2025/336", language="de")
    with pytest.raises(InputError, match=r"2025/999 is not in the book"):
        book.draft("2025/999")


@pytest.mark.parametrize("format", FORMATS)
def test_the_book_drafts_what_it_holds_and_what_it_is_given(format: str, tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "book.sqlite")
    assert book.draft("2025/336", format) == book.draft(shipped()["2025/336"], format, "fr")
    assert book.draft(TOY[0], format, "nl") == book.draft(bareme.read(TOY[0]), format, "nl")


@pytest.mark.parametrize("name", [*FORMATS, *DRAFTED])
def test_every_format_and_language_is_documented(name: str) -> None:
    for document in ("docs/tutorial.md", "docs/python.md", "docs/reference/commands.md"):
        lines = (REPOSITORY / document).read_text(encoding="utf-8").splitlines()
        first = next(number for number, text in enumerate(lines) if "bareme draft" in text)
        assert name in " ".join(lines[first : first + 60]), f"{document} does not name {name}"
