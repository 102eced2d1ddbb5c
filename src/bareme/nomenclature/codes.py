"""Nomenclature codes.

A code is six digits; the sixth is the number made of the first five, modulo 7.
That digit tells a code from a misprint, and from the decimals of a letter value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bareme.errors import InputError
from bareme.nomenclature.situations import Setting

CHECK_MODULUS = 7
LAST_STEM = 99999


class InvalidCode(InputError):
    """A text that is not a nomenclature code, with near codes as advice."""

    def __init__(self, text: str, known: Collection[str] | None = None) -> None:
        super().__init__(describe_invalid(text, known))
        self.text = text


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """One act in one setting, for example 565014."""

    digits: str

    def __post_init__(self) -> None:
        if not is_code(self.digits):
            raise InvalidCode(self.digits)

    def __str__(self) -> str:
        return self.digits

    @property
    def stem(self) -> int:
        """The first five digits as a number."""
        return int(self.digits[:5])

    @property
    def setting(self) -> Setting:
        """Hospital codes have an even five-digit stem, ambulatory codes an odd one."""
        return Setting.AMBULATORY if self.stem % 2 else Setting.HOSPITAL

    @property
    def twin(self) -> Code | None:
        """The code of the same act in the other setting: the next stem of an ambulatory code, the one before else."""
        stem = self.stem + (1 if self.setting is Setting.AMBULATORY else -1)
        return code_of_stem(stem) if 0 < stem <= LAST_STEM else None


def code_of_stem(stem: int) -> Code:
    """The code whose first five digits are `stem`.

    >>> code_of_stem(56501)
    Code(digits='565014')
    """
    return Code(f"{stem:05d}{stem % CHECK_MODULUS}")


def looks_like_code(text: str) -> bool:
    """True for six digits, whatever the last one is."""
    return len(text) == 6 and text.isascii() and text.isdigit()


def is_code(text: str) -> bool:
    """True for six digits whose sixth is the first five modulo 7.

    >>> is_code("565014"), is_code("257532")
    (True, False)
    """
    return looks_like_code(text) and int(text[:5]) % CHECK_MODULUS == int(text[5])


def near_codes(text: str, known: Collection[str] | None = None, most: int = 3) -> list[str]:
    """Codes that one slip could have turned into `text`: one digit changed or two neighbours swapped.

    With `known`, only codes in it; the check digit is the likeliest slip, then swaps. The text itself is not near.

    >>> near_codes("565015")[0]
    '565014'
    """
    if not looks_like_code(text):
        digits = "".join(c for c in text if c.isascii() and c.isdigit())
        candidates: Iterable[str] = [digits] if is_code(digits) else []
    else:
        candidates = dict.fromkeys(c for c in _slips(text) if is_code(c) and c != text)
    return [c for c in candidates if known is None or c in known][:most]


def _slips(text: str) -> Iterable[str]:
    """Every text one slip away, likeliest first."""
    yield text[:5] + str(int(text[:5]) % CHECK_MODULUS)
    for i in range(5):
        yield text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    for i in range(4, -1, -1):
        for digit in "0123456789":
            if digit != text[i]:
                yield text[:i] + digit + text[i + 1 :]


def describe_invalid(text: str, known: Collection[str] | None = None) -> str:
    """Advice about a text that is not a code: what is wrong with it, and which codes are near."""
    near = near_codes(text, known)
    advice = f" Near: {', '.join(near)}." if near else ""
    if looks_like_code(text):
        return f"{text!r} is not a nomenclature code: its check digit is wrong.{advice}"
    return f"{text!r} is not a nomenclature code: a code is six digits, for example 565014.{advice}"
