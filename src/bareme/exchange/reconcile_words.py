"""A reconciliation in words: what its workbook and its page both say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bareme.audit.compared import PARENTS, Class, Compared
from bareme.audit.reconcile import MeasureResult, Reconciliation
from bareme.circulars.model import Measure, Reading
from bareme.circulars.sources import Figure, Source
from bareme.money import CENT, from_cents, printed, to_cents
from bareme.nomenclature.codes import Code
from bareme.nomenclature.situations import Setting

MOST_URGENT_FIRST = (Class.UNEXPLAINED, Class.WITHIN_UNROUNDED_VALUE, Class.NOT_COMPARABLE, Class.AS_ANNOUNCED)

"""The order in which classes are worth reading."""
EFFECTS = {
    "index": "letter values, and fees without a letter, change by {rate} %",
    "letter_value_by_rate": "the letter value changes by {rate} %",
    "fee_by_rate": "the fee changes by {rate} %, through its letter value where it has one",
    "fee_of_coefficient": "the letter value is set so that the fee is that of {letter} {after} instead of {before}",
    "fee_by_amount": "the letter value is set so that the fee changes by {amount}",
    "fee_set": "the fee is {amount}; the letter value is set so",
    "share_set": "the patient share, where there is one, is {amount}",
    "unchanged": "the figures stay as they are",
    "added": "the codes are new",
    "ended": "the codes end",
}
"""What a measure of each kind does."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence on the figures that it holds for: those of one name on the lines of `codes`."""

    klass: Class
    name: str
    codes: tuple[str, ...]
    sentence: str


def name_of(reading: Reading) -> str:
    """A circular's number; its document's name where it has none."""
    return reading.circular.number or reading.document.name


def title_of(found: Reconciliation) -> str:
    """ "2025/336 against 2024/382"."""
    name = name_of(found.circular)
    return f"{name} against {name_of(found.previous)}" if found.previous else f"{name}, with no circular before it"


def spaced(word: str) -> str:
    """A word of the code for people: "within unrounded value"."""
    return str(word).replace("_", " ")


def hospital_code(codes: Sequence[str]) -> str | None:
    """The one of a line's codes that is for patients in hospital."""
    return next((code for code in codes if Code(code).setting is Setting.HOSPITAL), None)


def follows_from(compared: Compared) -> str | None:
    """What the figure follows from, in words."""
    return None if compared.follows_from is None else PARENTS[compared.follows_from]


def place_of(source: Source, home: Reading) -> str:
    """ "table 1, row 2, cell 5, line 96"; led by the document where it is another than the circular's."""
    parts = [source.name] * (source.document != home.document.sha256)
    numbers = (("table", source.table), ("row", source.row), ("cell", source.cell), ("line", source.line))
    parts += [f"{what} {number}" for what, number in numbers if number is not None]
    return ", ".join(parts)


def remarks(found: Reconciliation) -> list[Remark]:
    """What is to be said of the figures that do not follow, to the last digit, from printed ones; the worst first."""
    groups: dict[tuple[Class, str, str], dict[str, None]] = {}
    for compared in found.lines:
        if not compared.is_exact or compared.follows_from == "rounded_fee":
            codes = groups.setdefault((compared.klass, compared.name, compared.message), {})
            codes[" / ".join(compared.codes)] = None
    said = [Remark(klass, name, tuple(codes), message) for (klass, name, message), codes in groups.items()]
    return sorted(said, key=lambda remark: MOST_URGENT_FIRST.index(remark.klass))


def scope_of(measure: Measure) -> str:
    """The lines that a measure works on: "565493 / 565504, 565552 / 565563"."""
    if measure.scope == "codes":
        words = ", ".join(" / ".join(code.digits for code in pair) for pair in measure.codes)
    elif measure.scope == "all":
        words = "every line"
    elif measure.scope == "others":
        words = "every line that no other measure names"
    else:
        words = f"{measure.scope} {measure.named}"
    return f"{words}, except {', '.join(measure.excepted)}" if measure.excepted else words


def meaning_of(measure: Measure) -> str:
    """What a measure does, with its own numbers: "the letter value changes by -10 %"."""
    numbers = {
        "rate": _amount_of(measure.rate),
        "amount": None if measure.amount is None else from_cents(to_cents(measure.amount.amount)),
        "before": _amount_of(measure.coefficient_from),
        "after": _amount_of(measure.coefficient_to),
    }
    words = {name: "?" if number is None else printed(number) for name, number in numbers.items()}
    return "; ".join([EFFECTS[measure.kind].format(letter=measure.letter or "", **words), *_details(measure)])


def _amount_of(figure: Figure | None) -> Decimal | None:
    return None if figure is None else figure.amount


def _details(measure: Measure) -> Iterator[str]:
    if measure.already is not None:
        yield f"{printed(measure.already.amount)} % of it was applied before"
    if measure.relative_to is not None:
        yield f"counted from the tariffs of {measure.relative_to}"


def instead_of(result: MeasureResult) -> str | None:
    """The rate that most figures have instead of the measure's: "3 lines follow from 2,70 % instead"."""
    if result.implied is None:
        return None
    lines = "1 line follows" if len(result.lines) == 1 else f"{len(result.lines)} lines follow"
    return f"{lines} from {printed(CENT.round(result.implied))} % instead"
