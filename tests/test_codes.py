"""Nomenclature codes: the check digit, the setting, the twin, and the codes near a misprint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme import InputError
from bareme.nomenclature.codes import Code, InvalidCode, code_of_stem, is_code, looks_like_code, near_codes
from bareme.nomenclature.situations import Setting

STEMS = st.integers(0, 99999)
CODES = STEMS.map(lambda stem: code_of_stem(stem).digits)


def test_of_a_million_texts_of_six_digits_one_in_ten_is_a_code() -> None:
    """Each stem has one check digit, from 0 to 6."""
    last = Counter(int(str(code_of_stem(stem))[5]) for stem in range(100_000))
    assert sorted(last) == [0, 1, 2, 3, 4, 5, 6]
    assert sum(last.values()) == 100_000
    for stem in range(0, 100_000, 37):
        assert sum(is_code(f"{stem:05d}{digit}") for digit in range(10)) == 1


@given(STEMS)
def test_the_sixth_digit_is_the_first_five_modulo_seven(stem: int) -> None:
    code = code_of_stem(stem)
    assert is_code(code.digits)
    assert (code.stem, int(code.digits[5])) == (stem, stem % 7)
    assert str(code) == code.digits
    assert Code(code.digits) == code


@given(STEMS)
def test_an_odd_stem_is_ambulatory_and_its_twin_is_the_next_one(stem: int) -> None:
    code = code_of_stem(stem)
    assert code.setting is (Setting.AMBULATORY if stem % 2 else Setting.HOSPITAL)
    twin = code.twin
    if stem in (0, 99999):
        assert twin is None
        return
    assert twin is not None
    assert twin.stem == (stem + 1 if stem % 2 else stem - 1)
    assert twin.setting is not code.setting
    assert twin.twin == code


@pytest.mark.parametrize(
    ("ambulatory", "hospital"), [("565014", "565025"), ("588991", "589002"), ("589794", "589805"), ("565493", "565504")]
)
def test_twins_of_the_circulars(ambulatory: str, hospital: str) -> None:
    assert (str(Code(ambulatory).twin), str(Code(hospital).twin)) == (hospital, ambulatory)


WRONG = ["565015", "257532", "56501", "5650144", "", "565 14", "56501x", "５６５０１４", "٥٦٥٠١٤", "-65014", "565014\n"]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_code_is_refused_with_advice(text: str) -> None:
    assert not is_code(text)
    with pytest.raises(InvalidCode) as caught:
        Code(text)
    assert isinstance(caught.value, InputError)
    assert caught.value.text == text
    advice = "its check digit is wrong" if looks_like_code(text) else "a code is six digits, for example 565014"
    assert f"{text!r} is not a nomenclature code: {advice}." in str(caught.value)


@given(st.text(max_size=8) | st.text("0123456789", min_size=5, max_size=7))
def test_any_text_is_told_apart_without_an_error(text: str) -> None:
    expected = len(text) == 6 and set(text) <= set("0123456789") and int(text[:5]) % 7 == int(text[5])
    assert is_code(text) == expected
    assert all(is_code(code) for code in near_codes(text))


def slips(code: str) -> Iterator[str]:
    """Every text that comes of changing one digit or of swapping two neighbours."""
    for place in range(6):
        for digit in "0123456789":
            yield code[:place] + digit + code[place + 1 :]
    for place in range(5):
        yield code[:place] + code[place + 1] + code[place] + code[place + 2 :]


@given(CODES)
def test_a_slip_that_the_check_digit_does_not_catch_is_wrong_by_seven_or_a_swap(code: str) -> None:
    missed = {text for text in slips(code) if is_code(text)} - {code}
    for text in missed:
        differing = [place for place in range(6) if text[place] != code[place]]
        if len(differing) == 1:
            [place] = differing
            assert place < 5
            assert abs(int(text[place]) - int(code[place])) == 7
    assert len(missed) <= 10


@given(CODES, st.sets(CODES, max_size=5), st.data())
def test_the_code_meant_is_near_its_misprint(code: str, others: set[str], data: st.DataObject) -> None:
    misprint = data.draw(st.sampled_from([text for text in slips(code) if not is_code(text)]))
    known = others | {code}
    near = near_codes(misprint, known, most=100)
    assert code in near
    assert set(near) <= known
    assert code in near_codes(misprint, most=100)


@given(st.text("0123456789", min_size=6, max_size=6), st.integers(0, 5))
def test_near_codes_are_codes_one_slip_away_each_once(text: str, most: int) -> None:
    near = near_codes(text, most=most)
    assert len(near) == len(set(near)) <= most
    assert all(is_code(code) for code in near)
    assert set(near) <= set(slips(text)) - {text}


@given(CODES)
def test_the_check_digit_is_the_likeliest_slip(code: str) -> None:
    for digit in "0123456789":
        if digit != code[5]:
            assert near_codes(code[:5] + digit)[0] == code


@given(CODES, st.sampled_from([" ", ".", "-", "/", "\u00a0"]), st.integers(1, 5))
def test_a_sign_between_the_digits_is_seen_through(code: str, sign: str, place: int) -> None:
    assert near_codes(code[:place] + sign + code[place:]) == [code]


def test_with_a_book_only_codes_that_it_holds_are_near() -> None:
    assert near_codes("565015", {"565014", "589002"}) == ["565014"]
    assert near_codes("565015", {"589002"}) == []
    assert near_codes("565015")[0] == "565014"
    assert near_codes("hello") == near_codes("") == near_codes("5650") == []


def test_codes_are_values() -> None:
    """Equal by their digits, in order, usable as keys, and not to be changed."""
    assert Code("565014") == Code("565014")
    assert len({Code("565014"), Code("565014"), Code("565025")}) == 2
    assert sorted([Code("589002"), Code("565025"), Code("565014")]) == [Code("565014"), Code("565025"), Code("589002")]
    with pytest.raises(AttributeError):
        Code("565014").digits = "565025"  # type: ignore[misc]
