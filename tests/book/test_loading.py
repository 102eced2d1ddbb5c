"""What becomes of a document that is loaded: recorded, witness, unchanged, refused; corrections and corrigenda."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

import bareme
from bareme import Book, InputError, Outcome
from bareme.audit.proof import findings_against
from bareme.book import intake
from bareme.book.ledger import Ledger
from bareme.book.shelf import Shelf
from invented import Invented, Json, amount, line, load

EXAMPLES = Path(__file__).parents[2] / "examples"
TOY = EXAMPLES / "toy"
NUMBERS = ("2024/356", "2024/382", "2024/401", "2025/336")


def toy(name: str) -> str:
    return (TOY / f"{name}.txt").read_text(encoding="utf-8")


def changed(name: str, *replacements: tuple[str, str], to: str = "changed.txt") -> tuple[str, bytes]:
    """A toy document with other words or figures, as a name and bytes."""
    text = toy(name)
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return to, text.encode()


def without(name: str, code: str) -> tuple[str, bytes]:
    """A toy document without the rows of a code."""
    rows = [row for row in toy(name).splitlines(keepends=True) if not (code in row and "\t" in row)]
    assert len(rows) < len(toy(name).splitlines())
    return f"without-{code}.txt", "".join(rows).encode()


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return bareme.create_book(tmp_path / "book.sqlite")


def checks(result: bareme.LoadResult) -> list[str]:
    return [finding.check for finding in result.findings.errors]


def test_a_circular_is_recorded_once_and_says_so(book: Book) -> None:
    first = book.load(TOY / "2023-900.txt", author="clerk")
    assert (first.status, first.ok, first.entry, first.circular, first.lines) == ("recorded", True, 1, "2023/900", 11)
    [entry] = book.entries()
    assert (first.hash, entry.author, entry.kind) == (entry.hash, "clerk", "circular")
    assert (entry.known_from, entry.effective_from) == ("2022-12-15", "2023-01-01")
    assert Ledger(book.path).content(entry.document) == (TOY / "2023-900.txt").read_bytes()
    before = book.path.read_bytes()
    again = book.load(TOY / "2023-900.txt", author="someone else")
    assert (again.status, again.ok, again.entry) == ("unchanged", True, None)
    assert "nothing changed" in again.message
    assert book.path.read_bytes() == before


def test_a_document_with_other_bytes_and_the_same_figures_is_a_witness(book: Book) -> None:
    """Its bytes are kept, and the circular is not recorded again; a second time nothing changes."""
    book.load(TOY / "2023-900.txt")
    name, content = changed("2023-900", ("Le métier imaginaire reçoit", "Le métier reçoit"), to="scan.txt")
    result = book.load((name, content), author="archivist")
    assert (result.status, result.ok, result.entry) == ("witness", True, 2)
    assert "entry 1" in result.message
    entry = book.entries()[1]
    assert (entry.kind, entry.author, entry.circular) == ("witness", "archivist", "2023/900")
    assert entry.data() == {"witness_of": 1, "name": "scan.txt", "language": "fr"}
    assert entry.document == hashlib.sha256(content).hexdigest()
    assert Ledger(book.path).content(entry.document) == content
    [held] = book.circulars()
    assert (held.number, held.witnesses) == ("2023/900", 1)
    assert book.load((name, content)).status == "unchanged"
    assert len(book.entries()) == 2


@pytest.mark.parametrize("number", NUMBERS)
def test_an_example_is_a_witness_of_the_shipped_circular(number: str, tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "book.sqlite")
    path = EXAMPLES / "circulars" / f"example-{number.replace('/', '-')}.txt"
    result = book.load(path)
    assert (result.status, result.circular, checks(result)) == ("witness", number, [])
    assert Ledger(book.path).content(hashlib.sha256(path.read_bytes()).hexdigest()) == path.read_bytes()
    assert [entry.kind for entry in book.entries()] == ["circular"] * 4 + ["witness"]
    assert book.check().problems == ()


@pytest.mark.parametrize("number", NUMBERS)
def test_an_example_is_a_witness_of_the_real_circular(number: str, four: dict[str, Path], book: Book) -> None:
    assert book.load(four[number]).status == "recorded"
    path = EXAMPLES / "circulars" / f"example-{number.replace('/', '-')}.txt"
    assert book.load(path).status == "witness"
    ledger = Ledger(book.path)
    kept = [ledger.content(entry.document) for entry in ledger.entries()]
    assert kept == [four[number].read_bytes(), path.read_bytes()]
    assert book.load(four[number]).status == book.load(path).status == "unchanged"


def test_a_real_circular_brings_its_bytes_to_the_shipped_book(four: dict[str, Path], tmp_path: Path) -> None:
    """The shipped entries name these very documents, without their bytes: they are attached once."""
    book = bareme.open_book(tmp_path / "book.sqlite")
    assert [book.load(path).status for path in four.values()] == ["witness"] * 4
    assert [book.load(path).status for path in four.values()] == ["unchanged"] * 4
    ledger = Ledger(book.path)
    assert [ledger.content(entry.document) for entry in book.entries()[:4]] == [
        four[entry.circular].read_bytes() for entry in book.entries()[:4]
    ]


def test_the_same_number_with_other_figures_is_refused(book: Book) -> None:
    """13,01 became 13,02 in one cell of each age table: what differs is named, nothing is written."""
    book.load(TOY / "2024-900.txt")
    before = book.path.read_bytes()
    result = book.load(changed("2024-900", ("13,01", "13,02")))
    assert (result.status, result.ok, set(checks(result))) == ("refused", False, {"circular_differs"})
    assert "--accept-findings" in result.message
    assert any("fee is 13.02; the book has 13.01" in finding.message for finding in result.findings)
    assert book.path.read_bytes() == before


def test_an_accepted_correction_is_known_from_the_day_it_is_recorded(book: Book) -> None:
    book.load(TOY / "2024-900.txt")
    days = [datetime.now(UTC).date()]
    result = book.load(changed("2024-900", ("13,01", "13,02")), accept_findings=True, author="clerk")
    days.append(datetime.now(UTC).date())
    assert result.status == "recorded"
    entry = book.entries()[1]
    assert entry.known in days
    assert entry.data()["accepted_findings"] is True
    assert "circular_differs" in [finding.check for finding in entry.reading().findings.errors]
    yesterday = entry.known - timedelta(days=1)
    assert book.price("991071", "2024-05-05").fee == Decimal("13.02")
    assert book.price("991071", "2024-05-05", as_known_on=yesterday).fee == Decimal("13.01")
    assert book.price("991071", "2024-05-05", as_recorded_at=book.entries()[0].recorded_at).fee == Decimal("13.01")
    assert book.load(changed("2024-900", ("13,01", "13,02"))).status == "unchanged"


def test_a_dropped_row_in_a_correction_is_an_error(book: Book) -> None:
    book.load(TOY / "2024-900.txt")
    result = book.load(without("2024-900", "991071"))
    assert (result.status, set(checks(result))) == ("refused", {"circular_differs"})
    assert any("991071 stands in the book" in finding.message for finding in result.findings)


def test_a_corrigendum_is_known_from_its_issue_and_corrects_only_its_codes(book: Book) -> None:
    """2024/905 gives the pair 990010-990021 coefficient 9 instead of 8; dated 2024-02-01, from 2024-01-01."""
    for name in ("2023-900", "2024-900", "2024-905"):
        assert book.load(TOY / f"{name}.txt").status == "recorded"
    entry = book.entries()[2]
    assert (entry.known_from, entry.effective_from) == ("2024-02-01", "2024-01-01")
    fees = {
        (code, on, known): book.price(code, on, regime="ordinary", as_known_on=known).fee
        for code in ("990010", "990032")
        for on in ("2023-12-31", "2024-01-15")
        for known in ("2024-01-31", "2024-02-01", None)
    }
    assert fees == {
        **{("990010", "2023-12-31", known): Decimal("16.10") for known in ("2024-01-31", "2024-02-01", None)},
        ("990010", "2024-01-15", "2024-01-31"): Decimal("16.42"),
        ("990010", "2024-01-15", "2024-02-01"): Decimal("18.47"),
        ("990010", "2024-01-15", None): Decimal("18.47"),
        **{("990032", "2023-12-31", known): Decimal("1207.37") for known in ("2024-01-31", "2024-02-01", None)},
        **{("990032", "2024-01-15", known): Decimal("1231.51") for known in ("2024-01-31", "2024-02-01", None)},
    }
    corrected = book.price("990021", "2024-01-15")
    assert (corrected.circular, corrected.patient_share) == ("2024/905", Decimal("0.00"))
    assert "corrigendum-on-its-own-date" in corrected.interpretations


@pytest.mark.parametrize(("code", "names"), [("991071", ["991071"]), ("990032", ["990032", "990043"])])
def test_a_code_that_vanishes_is_an_error_in_both_orders(code: str, names: Sequence[str], tmp_path: Path) -> None:
    previous = ("2023-900.txt", toy("2023-900").encode())
    for number, documents in enumerate(permutations([previous, without("2024-900", code)])):
        book = bareme.create_book(tmp_path / f"book-{number}.sqlite")
        assert book.load(documents[0]).status == "recorded"
        result = book.load(documents[1])
        assert (result.status, set(checks(result))) == ("refused", {"code_ended"})
        [finding] = result.findings.errors.named("code_ended")
        assert finding.code == code
        assert all(name in finding.message for name in (*names, "2023/900", "2024/900"))
        assert len(book.entries()) == 1
        assert book.load(documents[1], accept_findings=True).status == "recorded"
        ended = book.price(code, "2024-05-05", age=30, regime="ordinary")
        assert (ended.outcome, ended.reason_code, ended.in_force_until) == (
            Outcome.NOT_IN_FORCE,
            "ended",
            date(2024, 1, 1),
        )
        assert book.price(code, "2023-05-05", age=30, regime="ordinary").outcome is Outcome.PRICED


def test_a_document_is_proved_once(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.load(TOY / "2023-900.txt")
    proved: list[str | None] = []

    def counted(before: Sequence[bareme.Reading], reading: bareme.Reading) -> list[bareme.Finding]:
        proved.append(reading.circular.number)
        return findings_against(before, reading)

    monkeypatch.setattr(intake, "findings_against", counted)
    assert book.load(TOY / "2024-900.txt").status == "recorded"
    assert proved == ["2024/900"]


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("2024-900", ("unchanged", [])),
        ("2023-900", ("refused", ["code_ended"])),
    ],
)
def test_what_another_writer_records_meanwhile_is_decided_on(
    between: str, expected: tuple[str, list[str]], book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one writes after the decision and before the transaction."""
    document = TOY / f"{between}.txt" if between == "2024-900" else without("2024-900", "991071")
    writable = Shelf.writable

    def late(shelf: Shelf) -> Ledger:
        monkeypatch.setattr(Shelf, "writable", writable)
        assert bareme.open_book(book.path).load(TOY / f"{between}.txt").status == "recorded"
        return shelf.writable()

    monkeypatch.setattr(Shelf, "writable", late)
    result = book.load(document)
    assert (result.status, checks(result), result.entry) == (*expected, None)
    assert [entry.circular for entry in book.entries()] == [between.replace("-", "/")]


def fees(number: str, issued_on: str, effective_on: str, *codes: str) -> Invented:
    lines = tuple(line(code, None, "9.00", amount("9.00", "0.00")) for code in codes)
    return Invented(number, issued_on, effective_on, lines)


def ended(book: Book, circular: Invented) -> list[str | None]:
    return [finding.code for finding in book.load(circular.reading()).findings.named("code_ended")]


def test_a_code_that_vanishes_between_two_circulars_of_one_effective_date_is_an_error(tmp_path: Path) -> None:
    """The one known later replaces the other one entirely, whichever is loaded first."""
    first = fees("2020/1", "2019-12-01", "2020-01-01", "100015", "100030")
    second = fees("2020/2", "2019-12-20", "2020-01-01", "100015")
    for number, order in enumerate(((first, second), (second, first))):
        book = load(bareme.create_book(tmp_path / f"book-{number}.sqlite"), order[0])
        assert ended(book, order[1]) == ["100030"]


def test_what_vanishes_is_seen_against_the_correction_of_the_circular_before(book: Book) -> None:
    """The corrected circular lists a code more, which the next one drops."""
    book = load(book, fees("2020/1", "2019-12-01", "2020-01-01", "100015"))
    book = load(book, fees("2020/1", "2019-12-01", "2020-01-01", "100015", "100030"))
    assert ended(book, fees("2021/1", "2020-12-01", "2021-01-01", "100015")) == ["100030"]


def test_known_from_is_the_issue_a_later_day_or_refused(tmp_path: Path) -> None:
    issued, later = "2022-12-15", "2023-02-01"
    for number, (given, expected) in enumerate(((None, issued), (issued, issued), (later, later))):
        book = bareme.create_book(tmp_path / f"book-{number}.sqlite")
        book.load(TOY / "2023-900.txt", known_from=given)
        assert [entry.known_from for entry in book.entries()] == [expected]
        [held] = book.circulars()
        assert (held.issued_on, held.known_from) == (issued, expected)
    book = bareme.create_book(tmp_path / "refused.sqlite")
    with pytest.raises(InputError, match="known from 2022-12-14: circular 2023/900 was issued on 2022-12-15"):
        book.load(TOY / "2023-900.txt", known_from="2022-12-14")
    with pytest.raises(InputError, match="known_from: 'soon' is not a date"):
        book.load(TOY / "2023-900.txt", known_from="soon")
    assert book.entries() == []


def test_accepted_findings_are_kept_and_a_line_in_doubt_gives_no_amount(book: Book) -> None:
    """An ordinary intervention above the preferential one: the line is not trusted, the others are."""
    wrong = changed("2023-900", ("16,10	<b>14,10</b>", "16,10	<b>16,20</b>"))
    refused = book.load(wrong)
    assert (refused.status, "interventions_in_order" in checks(refused)) == ("refused", True)
    accepted = book.load(wrong, accept_findings=True, author="clerk")
    assert accepted.status == "recorded"
    [entry] = book.entries()
    assert entry.data()["accepted_findings"] is True
    assert entry.reading().findings == accepted.findings
    assert book.audit("2023/900") == list(accepted.findings)
    [held] = book.circulars()
    assert (held.findings["error"], held.author) == (len(accepted.findings.errors), "clerk")
    for code in ("990010", "990021"):
        price = book.price(code, "2023-05-05", regime="ordinary")
        assert (price.outcome, price.reason_code, price.fee) == (Outcome.NO_AMOUNT, "doubtful_line", None)
        assert (price.line_id, price.needs) == (f"2023/900:{code}", ())
        assert "bareme audit 2023/900" in price.explain("en")[0]
    assert book.price("990032", "2023-05-05", regime="ordinary").fee == Decimal("1207.37")


def test_a_circular_without_errors_is_not_marked_as_accepted(book: Book) -> None:
    book.load(TOY / "2023-900.txt", accept_findings=True)
    assert [entry.data()["accepted_findings"] for entry in book.entries()] == [False]


def test_prose_alone_is_empty_and_nothing_is_written(book: Book) -> None:
    prose = re.sub(r"(?m)^.*\t.*$", "", toy("2023-900"))
    result = book.load(("prose.txt", prose.encode()), accept_findings=True)
    assert (result.status, result.ok, result.lines) == ("empty", False, 0)
    assert book.entries() == []


def test_a_table_without_a_circular_is_recorded_once_its_identity_is_given(book: Book) -> None:
    table = toy("2023-900")[toy("2023-900").index("## 2.") :]
    source = ("table.txt", table.encode())
    for accept in (False, True):
        refused = book.load(source, accept_findings=accept)
        assert (refused.status, checks(refused)) == ("refused", ["circular_identity"])
        assert "--number --issued --effective --series" in refused.message
    dates = {"issued_on": date(2022, 12, 1), "effective_on": date(2023, 1, 1)}
    result = book.load(book.read(source, number="2023/1", series="toy/acts/1", **dates))
    assert (result.status, result.circular, book.entries()[0].effective_from) == ("recorded", "2023/1", "2023-01-01")
    assert book.price("991034", "2023-05-05", age=30, regime="ordinary").patient_share == Decimal("5.00")


BOTH = [amount("9.00", "0.00", regime=regime) for regime in ("preferential", "ordinary")]


def one_line(*amounts: Json, number: str = "2020/1") -> Invented:
    return Invented(number, "2019-12-01", "2020-01-01", (line("100015", None, "9.00", *amounts),))


@pytest.mark.parametrize(
    "other",
    [
        one_line(BOTH[0]),
        one_line(*BOTH, amount("9.00", "0.00", age_from=3)),
        one_line(BOTH[0], BOTH[1] | {"intervention": "8.00", "patient_share": "1.00"}),
        one_line(BOTH[0], BOTH[1] | {"patient_share": None}),
        one_line(BOTH[0], BOTH[1] | {"facts": {"trainee": "yes"}}),
        one_line(BOTH[0], BOTH[1] | {"basis": "unit"}),
        one_line(BOTH[0], amount(regime="ordinary", not_published=["intervention", "patient_share"])),
        Invented("2020/1", "2019-12-01", "2020-01-02", one_line(*BOTH).lines),
        Invented("2020/1", "2019-12-01", "2020-01-01", one_line(*BOTH).lines * 2),
        Invented("2020/1", "2019-12-01", "2020-01-01", (line("100015", "100026", "9.00", *BOTH),)),
    ],
)
def test_whatever_differs_from_the_circular_that_is_held_is_an_error(other: Invented, book: Book) -> None:
    """A situation more or fewer, an amount, a basis, a fact, a date, a line, a code: nothing is recorded unseen."""
    book = load(book, one_line(*BOTH))
    result = book.load(other.reading())
    assert (result.status, set(checks(result))) == ("refused", {"circular_differs"})
    assert len(book.entries()) == 1


def test_a_share_printed_or_computed_and_any_order_of_columns_and_rows_are_the_same_figures(book: Book) -> None:
    second = line("100030", None, "9.00", *BOTH)
    book = load(book, Invented("2020/1", "2019-12-01", "2020-01-01", (*one_line(*BOTH).lines, second)))
    computed = [found | {"derived": ["patient_share"]} for found in reversed(BOTH)]
    other = Invented("2020/1", "2019-12-01", "2020-01-01", (second, *one_line(*computed).lines))
    assert book.load(other.reading()).status == "witness"
