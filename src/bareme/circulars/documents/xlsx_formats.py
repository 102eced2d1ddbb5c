"""Number formats of a spreadsheet: the text that a Belgian one shows for an exact number.

Read are sections (`positive;negative;zero;text`) with their conditions, digits (`0`, `#`, `?`), thousands, decimals,
percent, quoted and escaped words, currencies (`[$€-813]`) and dates. Colours, fill (`*-`) and widths (`_-`) are spaces
or nothing. Scientific notation, fractions and anything else are shown as `General`: the digits stored, with a comma.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from typing import NamedTuple

MOST_LETTERS = 255
"""So long is a number format at most."""
MOST_DIGITS = 40
"""A number with more digits before its comma is shown as it is stored."""
LAST_DAY = 2_958_465
"""31-12-9999 as a spreadsheet counts days."""
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General)'
    r"|(?P<power>E[+-])|(?P<clock>AM/PM|A/P|[ymdhs]+)|(?P<sign>[0#?.,%/@;])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d{1,15}(?:\.\d{1,15})?)\Z")
_ELAPSED = re.compile(r"(h+|m+|s+)\Z", re.IGNORECASE)
_LARGEST = Decimal(10) ** MOST_DIGITS
_BELGIAN = str.maketrans(",.", ".,")
_SAYS = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<>": lambda a, b: a != b,
}


class Sort(Enum):
    """What a section of a number format makes of a number."""

    DIGITS = "digits"
    GENERAL = "general"
    DATE = "date"
    WORDS = "words"


class Shown(NamedTuple):
    """What a cell shows: its text, and whether that says the whole number."""

    text: str
    is_whole: bool = True
    is_date: bool = False


@dataclass(slots=True)
class _Section:
    """One section of a number format, while it is read and after."""

    sort: Sort = Sort.WORDS
    condition: tuple[str, Decimal] | None = None
    before: str = ""
    after: str = ""
    whole: str = ""
    """Digits and words of the integer part, as in the format; words stand as themselves."""
    decimals: str = ""
    has_point: bool = False
    grouped: bool = False
    scale: int = 0
    clock: str = ""
    unit: Decimal = Decimal(1)
    """One of the last decimal shown."""
    places: int = 0
    """So many decimals are shown."""
    integer: str = ""
    """How Python writes the integer part of such a number."""
    simple: str = ""
    """How Python writes a number that has no more decimals than are shown, where no words stand in it."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format, understood."""

    sections: tuple[_Section, ...]
    epoch_1904: bool = False
    simple: _Section | None = None
    """The section for all numbers above 0, if it is a simple one."""

    def show_simple(self, number: Decimal) -> str | None:
        """What a number looks like where that says the whole of it and is simple to write; else None."""
        simple = self.simple
        if simple is None or not 0 < number < _LARGEST or _WIDE.remainder(number, simple.unit):
            return None
        return simple.before + format(number, simple.simple).translate(_BELGIAN) + simple.after

    def show_digits(self, whole: str, decimals: str) -> str | None:
        """The same of a number above 0, by the digits before and after its point."""
        simple = self.simple
        if simple is None or len(decimals) > simple.places:
            return None
        text = simple.before + format(int(whole), simple.integer).replace(",", ".")
        return (f"{text},{decimals.ljust(simple.places, '0')}" if simple.places else text) + simple.after

    def show(self, number: Decimal, stored: str) -> Shown:
        """What a number looks like in this format; `stored` is how the workbook writes it."""
        section, has_own_sign = self._section(number)
        if section.sort is Sort.GENERAL or number.adjusted() > MOST_DIGITS:
            return Shown(_joined(section.before, general(number, stored), section.after))
        if section.sort is Sort.DATE:
            return Shown(_moment(number, section.clock, self.epoch_1904), is_date=True)
        sign = "-" if number < 0 and not has_own_sign else ""
        if section.sort is Sort.WORDS:
            return Shown(_joined(sign if section.before.strip() else "", section.before), number == 0)
        digits, is_whole = _digits(abs(number), section)
        return Shown(_joined(sign, section.before, digits, section.after), is_whole)

    def _section(self, number: Decimal) -> tuple[_Section, bool]:
        """The section for a number, and whether it says by itself that the number is negative."""
        sections = self.sections
        if any(section.condition for section in sections):
            for section in sections:
                if section.condition is None or _SAYS[section.condition[0]](number, section.condition[1]):
                    return section, False
            return sections[-1], False
        if number < 0 and len(sections) > 1:
            return sections[1], True
        if number == 0 and len(sections) > 2:
            return sections[2], False
        return sections[0], False


def number_format(pattern: str, epoch_1904: bool = False) -> NumberFormat:
    """A number format understood.

    >>> number_format("#,##0.00").show(Decimal("2515.06"), "2515.06").text
    '2.515,06'
    >>> number_format('"B = "0.000000').show(Decimal("1.2575"), "1.2575").text
    'B = 1,257500'
    """
    sections = [_Section()]
    for token in _TOKEN.finditer(pattern):
        if token["sign"] == ";":
            sections.append(_Section())
        else:
            _read(token, sections[-1])
    while len(sections) > 1 and sections[-1].sort is Sort.WORDS and len(sections) > 3:
        sections.pop()  # the section for texts
    if sections == [_Section()]:
        sections[0].sort = Sort.GENERAL
    finished = tuple(_finished(section) for section in sections)
    is_simple = finished[0].simple and not any(section.condition for section in finished)
    return NumberFormat(finished, epoch_1904, finished[0] if is_simple else None)


def _read(token: re.Match[str], section: _Section) -> None:
    """Take one token of a pattern into its section."""
    kind = token.lastgroup
    text = token[kind] if kind else ""
    if kind == "bracket":
        _read_bracket(text, section)
    elif kind in ("width", "fill"):
        _add(section, " " if kind == "width" else "")
    elif kind == "general" or text == "@":
        section.sort = Sort.GENERAL
    elif kind == "power" or (text == "/" and section.sort is Sort.DIGITS):
        section.sort = Sort.GENERAL
        section.clock = "E"
    elif kind == "clock":
        section.clock += text.lower()
    elif kind == "sign" and text != "/":
        _read_sign(text, section)
    else:
        _add(section, text)


def _read_bracket(text: str, section: _Section) -> None:
    condition = _CONDITION.match(text)
    if text.startswith("$"):
        _add(section, text[1:].rpartition("-")[0] if "-" in text else text[1:])
    elif condition:
        section.condition = (condition[1], Decimal(condition[2]))
    elif _ELAPSED.match(text):
        section.clock += text.lower()


def _read_sign(text: str, section: _Section) -> None:
    if text in "0#?":
        if section.sort is Sort.WORDS:
            section.sort = Sort.DIGITS
        if section.has_point:
            section.decimals += text
        else:
            section.whole += section.after + text
            section.after = ""
    elif text == ".":
        section.has_point = section.sort is not Sort.DATE
        section.sort = Sort.DIGITS if section.sort is Sort.WORDS else section.sort
    elif text == ",":
        section.whole += "," if section.sort is Sort.DIGITS and not section.has_point else ""
        section.scale -= 3 if section.has_point else 0
    elif text == "%":
        section.scale += 2
        _add(section, " %")


def _add(section: _Section, words: str) -> None:
    if section.sort is Sort.WORDS:
        section.before += words
    else:
        section.after += words


def _finished(section: _Section) -> _Section:
    """The section with its commas told apart: those between digits group, those behind them divide by a thousand."""
    if section.clock and section.clock != "E":
        section.sort = Sort.DATE
    if section.sort is Sort.GENERAL and section.clock == "E":
        section.before = section.after = ""
    digits = section.whole.rstrip(",")
    section.scale -= 3 * (len(section.whole) - len(digits))
    section.grouped = "," in digits
    section.whole = digits.replace(",", "")
    optional = section.decimals.strip("0") or section.whole.strip("0#?") or section.scale
    least = section.whole.count("0")
    section.unit = Decimal(1).scaleb(-len(section.decimals))
    if section.sort is Sort.DIGITS and not optional and (least == 1 or (least > 1 and not section.grouped)):
        section.before = " ".join(f"{section.before}|".split())[:-1]
        section.after = " ".join(f"|{section.after}".split())[1:]
        fill = f"0{least + (len(section.decimals) + 1 if section.decimals else 0)}" if least > 1 else ""
        section.simple = f"{fill}{',' if section.grouped else ''}.{len(section.decimals)}f"
        section.integer = "," if section.grouped else f"0{least}" if least > 1 else ""
    section.places = len(section.decimals)
    return section


def _digits(number: Decimal, section: _Section) -> tuple[str, bool]:
    """The digits of a number that is not negative, and whether they say the whole of it."""
    exact = number.scaleb(section.scale, _WIDE)
    shown = exact.quantize(section.unit, ROUND_HALF_UP, _WIDE)
    whole, _, decimals = f"{shown:f}".partition(".")
    least = len(section.decimals.rstrip("#?"))
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    whole = _whole(whole.lstrip("0"), section)
    return f"{whole},{decimals}" if decimals else whole, shown == exact


def _whole(digits: str, section: _Section) -> str:
    """The integer part, with thousands dots or the words that the format has between its digits."""
    digits = digits.rjust(section.whole.count("0"), "0")
    if section.grouped:
        head = len(digits) % 3
        parts = [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]
        return ".".join(part for part in parts if part)
    if not section.whole.strip("0#?"):
        return digits
    out: list[str] = []
    left = list(digits)
    for sign in reversed(section.whole):
        if sign not in "0#?":
            out.append(sign)
        elif left:
            out.append(left.pop())
    return "".join([*left, *reversed(out)])


def general(number: Decimal, stored: str) -> str:
    """The digits of a number as they are stored, with a comma; without the noise of binary storage.

    >>> general(Decimal("363.4"), "363.4"), general(Decimal("373.31"), "373.31000000000006")
    ('363,4', '373,31')
    """
    if number.adjusted() > MOST_DIGITS or number.adjusted() < -MOST_DIGITS:
        return stored.replace(".", ",")
    return f"{number:f}".replace(".", ",")


def _joined(*parts: str) -> str:
    return " ".join("".join(parts).split())


def _moment(number: Decimal, clock: str, epoch_1904: bool) -> str:
    """A day as `01-01-2025`, a time of day as `10:30`, or what a spreadsheet shows for what is neither."""
    if not 0 <= number < LAST_DAY + 1:
        return "########"
    days, part = divmod(number, 1)
    has_time = "h" in clock or "s" in clock
    has_date = "y" in clock or "d" in clock or not has_time
    minutes = int((part * 1440).quantize(Decimal(1), ROUND_HALF_UP)) if has_time else 0
    texts = [day_text(int(days) + minutes // 1440, epoch_1904)] if has_date else []
    return " ".join([*texts, f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"] if has_time else texts)


def day_text(serial: int, epoch_1904: bool) -> str:
    """The day that a spreadsheet counts as `serial`; its first calendar has a 29-02-1900.

    >>> day_text(45658, False)
    '01-01-2025'
    """
    if not epoch_1904 and serial == 60:
        return "29-02-1900"
    first = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 31 if serial < 60 else 30)
    try:
        return f"{first + timedelta(days=serial):%d-%m-%Y}"
    except OverflowError:
        return "########"
