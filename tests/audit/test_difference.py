"""What changed between two circulars: the official figures of two years, and odd pairs."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.audit.changes import Difference, Part
from bareme.audit.difference import of_circulars
from bareme.circulars.model import Reading
from invented import CODES, Invented, amount, line

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples"
INDEX = "index +2,72 % on all acts (circular 2025/336)"
UNPRINTED = ", from a letter value that is not printed but rounds to the printed ones"


def example(number: str) -> Reading:
    return bareme.read(EXAMPLES / "circulars" / f"example-{number.replace('/', '-')}.txt")


def toy(number: str, *replacements: tuple[str, str]) -> Reading:
    """A toy circular, with other words or figures."""
    text = (EXAMPLES / "toy" / f"{number.replace('/', '-')}.txt").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return bareme.read((f"{number.replace('/', '-')}.txt", text.encode()))


@pytest.fixture(scope="module")
def years() -> Difference:
    return of_circulars(example("2024/382"), example("2025/336"))


def entries(found: Difference, code: str, part: str | None = None) -> list[dict[str, Any]]:
    data = found.to_dict()["changed"]
    return [
        entry for entry in data if code in (entry["code"], entry["hospital_code"]) and part in (None, entry["quantity"])
    ]


def test_what_2025_336_changed_in_numbers(years: Difference) -> None:
    """77 lines, one of them without any figure (589794): 76 letter values, 76 fees, 4 x 76 interventions."""
    assert (years.added, years.ended, years.notes) == ((), (), ())
    assert Counter(changed.part for changed in years.changed) == {
        Part.LETTER_VALUE: 76,
        Part.FEE: 76,
        Part.INTERVENTION: 304,
        Part.PATIENT_SHARE: 42,
    }
    # 76 coefficients, and the patient shares but for the 42 that 2024/382 does not publish.
    assert years.unchanged == 76 + 304 - 42


def test_565014_follows_the_index(years: Difference) -> None:
    [fee] = entries(years, "565014", "fee")
    assert fee == {
        "code": "565014",
        "hospital_code": "565025",
        "label": None,
        "section": {"number": "N.1", "title": "Analyses cytogénétiques"},
        "quantity": "fee",
        "letter": None,
        "setting": None,
        "regime": None,
        "age_from": None,
        "age_to": None,
        "facts": {},
        "before": "363.43",
        "after": "373.31",
        "difference": "9.88",
        "percent": "2.72",
        "derived": False,
        "class": "as_announced",
        "measure": "index +2,72 %",
        "why": INDEX,
        "circular_before": "2024/382",
        "circular_after": "2025/336",
        "line_id_before": "2024/382:565014",
        "line_id_after": "2025/336:565014",
    }
    [value] = entries(years, "565025", "letter_value")
    assert (value["letter"], value["before"], value["after"]) == ("B", "1.257532", "1.291737")
    assert (value["difference"], value["percent"]) == ("0.034205", "2.72")


def test_a_fixed_share_stays_and_the_intervention_takes_the_whole_rise(years: Difference) -> None:
    assert entries(years, "565014", "patient_share") == []
    [ordinary] = [
        entry
        for entry in entries(years, "565014", "intervention")
        if (entry["setting"], entry["regime"]) == ("ambulatory", "ordinary")
    ]
    # 9.88 of 354.75 is 2.785 %.
    assert [ordinary[name] for name in ("before", "after", "difference", "percent")] == [
        "354.75",
        "364.63",
        "9.88",
        "2.79",
    ]


@pytest.mark.parametrize(
    ("code", "before", "after", "difference", "percent", "measure", "why"),
    [
        (
            "565493",
            "1697.67",
            "1679.26",
            "-18.41",
            "-1.08",
            "index +2,72 % then fee of N1300 instead of N1350",
            "index +2,72 % on all acts, then fee of N1300 instead of N1350 on 565493-565504, 565552-565563 "
            "(circular 2025/336)",
        ),
        (
            "589676",
            "376.83",
            "348.37",
            "-28.46",
            "-7.55",
            "index +2,72 % then letter value -10 %",
            "index +2,72 % on all acts, then letter value -10 % on 589676-589680, 589890-589901 (circular 2025/336)",
        ),
        (
            # 3,012.37 is what the index gives, 400 less is published.
            "589551",
            "2932.61",
            "2612.37",
            "-320.24",
            "-10.92",
            "index +2,72 % then fee -400,00 euro",
            "index +2,72 % on all acts, then fee -400,00 euro on 589551-589562 (circular 2025/336)",
        ),
    ],
)
def test_special_measures(
    code: str, before: str, after: str, difference: str, percent: str, measure: str, why: str, years: Difference
) -> None:
    [fee] = entries(years, code, "fee")
    assert [fee[name] for name in ("before", "after", "difference", "percent")] == [before, after, difference, percent]
    assert (fee["class"], fee["measure"], fee["why"]) == ("as_announced", measure, why)


def test_a_value_that_was_kept_unrounded_is_said_to_be(years: Difference) -> None:
    [value] = entries(years, "565493", "letter_value")
    assert (value["after"], value["class"]) == ("1.243894", "within_unrounded_value")
    assert value["why"].endswith(UNPRINTED)
    [fee] = entries(years, "589772", "fee")
    assert (fee["before"], fee["after"], fee["class"]) == ("793.18", "814.76", "within_unrounded_value")
    assert fee["why"] == f"{INDEX}, from an amount that is not printed but rounds to the printed ones"


def test_what_2024_382_does_not_publish_is_new(years: Difference) -> None:
    new = [changed for changed in years.changed if changed.before is None]
    assert Counter((c.part, c.derived) for c in new) == {(Part.INTERVENTION, False): 42, (Part.PATIENT_SHARE, True): 42}
    assert {c.situation.words for c in new} == {"hospital ordinary"}
    assert {(c.klass, c.measure, c.why) for c in new} == {("not_comparable", None, "not published in 2024/382")}
    assert {(c.difference, c.percent) for c in new} == {(None, None)}
    assert [c for c in years.changed if c.after is None] == []


def test_every_figure_that_changed_is_one_that_another_reader_saw_change(years: Difference) -> None:
    """`tests/data/published.csv` was made by other means; each of its rows is a line in one situation."""
    with (REPOSITORY / "tests" / "data" / "published.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    both: list[dict[tuple[str, ...], dict[str, str]]] = [
        {tuple(r[n] for n in ("ambulatory_code", "setting", "regime")): r for r in rows if r["circular"] == number}
        for number in ("2024/382", "2025/336")
    ]
    assert both[0].keys() == both[1].keys()
    expected = set()
    for (code, setting, regime), old in both[0].items():
        new = both[1][code, setting, regime]
        for name, part in (("letter_value", "letter_value"), ("coefficient", "coefficient"), ("fee", "fee")):
            if old[name] != new[name]:
                expected.add((code, part, "", "", old[name], new[name]))
        for part in ("intervention", "patient_share"):
            if old[part] != new[part]:
                expected.add((code, part, setting, regime, old[part], new[part]))
    found = [
        (e["code"], e["quantity"], e["setting"] or "", e["regime"] or "", e["before"] or "", e["after"] or "")
        for e in years.to_dict()["changed"]
    ]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_the_real_circulars_say_the_same_as_the_examples(years: Difference, four: dict[str, Path]) -> None:
    real = of_circulars(bareme.read(four["2024/382"]), bareme.read(four["2025/336"]))
    assert (real.changed, real.unchanged, real.notes) == (years.changed, years.unchanged, years.notes)
    assert (real.added, real.ended) == ((), ())


def test_the_later_one_first_tells_it_backwards(years: Difference) -> None:
    back = of_circulars(example("2025/336"), example("2024/382"))
    [note] = back.notes
    assert note.kind == "later_first"
    assert note.message == (
        "2025/336 holds from 2026-01-01, 2024/382 holds from 2025-01-01: changes are told from the later to the "
        "earlier, reasons as they came."
    )
    [fee] = entries(back, "565014", "fee")
    # 9.88 of 373.31 is 2.647 %.
    assert [fee[n] for n in ("before", "after", "difference", "percent")] == ["373.31", "363.43", "-9.88", "-2.65"]
    assert (fee["why"], fee["circular_before"], fee["circular_after"]) == (INDEX, "2025/336", "2024/382")
    assert replace(back, notes=()) == years.mirrored()


def test_a_circular_against_itself(years: Difference) -> None:
    found = of_circulars(example("2025/336"), example("2025/336"))
    assert found.is_empty
    assert [(note.kind, note.message) for note in found.notes] == [("same", "2025/336 is compared with itself.")]
    # What changed in 2025/336 and what stayed is all that it holds.
    assert found.unchanged == len(years.changed) + years.unchanged


def next_year(*replacements: tuple[str, str]) -> Reading:
    """2025/900: an imagined third year, which ends 990054, adds 990076, and raises 991071 without a word."""
    return toy(
        "2024/900",
        ("2024/900 du 14-12-2023", "2025/900 du 13-12-2024"),
        ("Applicable à partir de 1/01/2024", "Applicable à partir de 1/01/2025"),
        ("partie 1 ; 01-01-2024", "partie 1 ; 01-01-2025"),
        ("janvier 2024", "janvier 2025"),
        ("- l'ensemble des prestations est indexé de 2,00 % ;\n", ""),
        ("- les tickets modérateurs gardent leur montant.", "- les prestations 990054-990065 sont supprimées."),
        ("<b>990054</b>\t990065\t= X 8 + Y 30\t19,48\t19,48\t<b>17,48</b>\t19,48\t19,48", ROW),
        ("X = 2,052521 + Y = 0,102000\t", "X = 2,052521\t"),
        ("13,01", "13,50"),
        *replacements,
    )


ROW = "<b>990076</b>\t990080\t= X 10\t20,53\t20,53\t<b>18,53</b>\t20,53\t20,53"


def test_added_and_ended_codes_and_a_rise_that_nothing_announces() -> None:
    found = of_circulars(toy("2024/900"), next_year())
    section = {"number": "1", "title": "Prestations avec lettre-clé"}
    common = {"label": None, "section": section, "age_from": None, "age_to": None}
    assert found.to_dict()["ended"] == [
        {
            "code": "990054",
            "hospital_code": "990065",
            **common,
            "fee": "19.48",
            "circular": "2024/900",
            "line_id": "2024/900:990054",
            "why": "a measure of circular 2025/900 ends it",
        }
    ]
    assert found.to_dict()["added"] == [
        {
            "code": "990076",
            "hospital_code": "990080",
            **common,
            "fee": "20.53",
            "circular": "2025/900",
            "line_id": "2025/900:990076",
            "why": "first listed in circular 2025/900",
        }
    ]
    rises = [c for c in found.changed if c.part is Part.FEE]
    assert [(c.act.codes, c.act.age_from, c.act.age_to) for c in rises] == [
        (("991071",), None, 18),
        (("991071",), 18, None),
    ]
    assert {(c.before, c.after, c.percent) for c in rises} == {(Decimal("13.01"), Decimal("13.50"), Decimal("3.77"))}
    assert {(c.klass, c.measure, c.why) for c in rises} == {("unexplained", None, "no measure of 2025/900 says so")}
    assert {c.act.codes for c in found.changed} == {("991071",)}


def test_a_code_that_vanishes_without_a_word() -> None:
    shorter = next_year(("- les prestations 990054-990065 sont supprimées.", "Rien d'autre."))
    [ended] = of_circulars(toy("2024/900"), shorter).ended
    assert ended.why == "not listed in circular 2025/900; no measure ends it"


def test_several_circulars_are_told_step_by_step() -> None:
    first, middle, last = toy("2023/900"), toy("2024/900"), next_year()
    known = {"2023/900": [], "2024/900": [first], "2025/900": [first, middle]}
    found = of_circulars(first, last, lambda reading: known[reading.circular.number or ""])
    assert [(n.kind, n.message) for n in found.notes] == [("on_the_way", "in between: 2024/900 from 2024-01-01.")]
    [fee] = entries(found, "990032", "fee")
    assert (fee["before"], fee["after"], fee["class"]) == ("1207.37", "1231.51", "as_announced")
    assert fee["why"] == "index +2,00 % on all acts (circular 2024/900); the same in circular 2025/900"
    assert fee["measure"] == "index +2,00 %"
    [under, over] = entries(found, "991071", "fee")
    assert (under["before"], under["after"], under["class"], over["class"]) == (
        "12.75",
        "13.50",
        "unexplained",
        "unexplained",
    )
    assert under["why"] == "index +2,00 % on all acts (circular 2024/900); no measure of 2025/900 says so"
    assert [ended.why for ended in found.ended] == ["a measure of circular 2025/900 ends it"]
    back = of_circulars(last, first, lambda reading: known[reading.circular.number or ""])
    assert replace(back, notes=back.notes[1:]) == found.mirrored()


def test_a_figure_away_from_what_is_announced() -> None:
    slipped = toy("2024/900", ("30,60", "30,06"))
    fees = [
        c for c in of_circulars(toy("2023/900"), slipped).changed if c.act.codes == ("991012",) and c.part is Part.FEE
    ]
    assert {(c.klass, c.why) for c in fees} == {
        ("unexplained", "30,60 would follow from index +2,00 % on all acts (circular 2024/900)")
    }


def test_other_letters_other_words_and_a_coefficient() -> None:
    old = toy("2024/900")
    new = next_year(
        ("X = 2,052521\t<b>990010</b>\t990021\t= X 8", "Z = 2,052521\t<b>990010</b>\t990021\t= Z 8"),
        ("= X 600\t1.231,51", "= X 601\t1.231,51"),
        ("Séance imaginaire - à distance", "Séance imaginaire - par téléphone"),
    )
    found = of_circulars(old, new)
    [terms] = entries(found, "990010")
    assert (terms["quantity"], terms["before"], terms["after"], terms["difference"]) == ("terms", "X 8", "Z 8", None)
    assert (terms["class"], terms["why"]) == ("unexplained", "no measure of 2025/900 says so")
    [coefficient] = entries(found, "990032")
    assert [coefficient[n] for n in ("letter", "before", "after", "difference", "percent")] == [
        "X",
        "600",
        "601",
        "1",
        "0.17",
    ]
    assert (coefficient["class"], coefficient["measure"]) == ("unexplained", None)
    labels = entries(found, "991056")
    assert [(entry["quantity"], entry["age_from"], entry["age_to"]) for entry in labels] == [("label", None, None)] * 2
    assert {(e["before"], e["after"]) for e in labels} == {
        ("Séance imaginaire - à distance", "Séance imaginaire - par téléphone")
    }
    assert {(e["class"], e["why"]) for e in labels} == {(None, "printed so in circular 2025/900")}


def test_labels_of_another_language_are_not_compared() -> None:
    other = next_year(("Séance imaginaire - à distance", "Denkbeeldige zitting"))
    dutch = replace(other, circular=replace(other.circular, language="nl"))
    found = of_circulars(toy("2024/900"), dutch)
    assert not [c for c in found.changed if c.part is Part.LABEL]
    assert [note.message for note in found.notes] == ["2024/900 is in fr, 2025/900 in nl: labels are not compared."]


def test_other_series_share_what_both_hold() -> None:
    other = toy("2024/900")
    moved = replace(other, circular=replace(other.circular, number="2024/901", series="toy/acts/2"))
    shorter = replace(moved, lines=moved.lines[1:])
    found = of_circulars(toy("2023/900"), shorter)
    assert (found.added, found.ended) == ((), ())
    assert [note.message for note in found.notes] == [
        "2023/900 is of toy/acts/1, 2024/901 of toy/acts/2: only codes that both hold are compared."
    ]
    assert {(c.klass, c.measure, c.why) for c in found.changed} == {
        (None, None, "the circulars are of different series; no measure links them")
    }
    assert "990010" not in {c.act.codes[0] for c in found.changed}
    psychology = of_circulars(example("2024/356"), example("2025/336"))
    assert (psychology.is_empty, psychology.unchanged) == (True, 0)


def test_a_corrigendum_ends_and_adds_nothing() -> None:
    found = of_circulars(toy("2024/900"), toy("2024/905"))
    assert (found.added, found.ended) == ((), ())
    assert [note.message for note in found.notes] == [
        "2024/905 is a corrigendum: codes that it does not list stay as they are."
    ]
    assert {(c.part.value, str(c.before), str(c.after)) for c in found.changed} == {
        ("coefficient", "8", "9"),
        ("fee", "16.42", "18.47"),
        ("intervention", "16.42", "18.47"),
        ("intervention", "14.42", "16.47"),
    }
    assert {(c.klass, c.why) for c in found.changed} == {(None, "corrigendum 2024/905")}
    after = of_circulars(toy("2024/905"), next_year())
    assert (after.added, after.ended) == ((), ())


def test_documents_that_no_measure_links() -> None:
    old, other = toy("2024/900"), toy("2024/900", ("30,60", "30,61"))
    [same] = of_circulars(old, replace(other, document=replace(other.document, name="other.txt"))).notes
    assert (same.kind, same.message) == ("one_number", "2024-900.txt and other.txt are both circular 2024/900.")
    issued_again = replace(other, circular=replace(other.circular, number="2024/910", issued_on=date(2024, 1, 10)))
    again = of_circulars(old, issued_again)
    assert [note.message for note in again.notes] == [
        "2024/900 and 2024/910 take effect on one day, 2024-01-01: 2024/910 replaces 2024/900."
    ]
    undated = replace(other, circular=replace(other.circular, number="2024/911", effective_on=None))
    unknown = of_circulars(old, undated)
    assert [note.message for note in unknown.notes] == ["2024/911 does not say from when it holds."]
    for found in (again, unknown):
        assert found.changed
        assert {(c.klass, c.measure) for c in found.changed} == {(None, None)}


def test_a_percentage_of_nothing_is_none_and_ties_go_up() -> None:
    def made(number: str, day: str, fees: tuple[str, ...]) -> Reading:
        lines = tuple(line(code, None, fee, amount()) for code, fee in zip(CODES[::2], fees, strict=False))
        return Invented(number, day, day, lines).reading()

    found = of_circulars(
        made("2023/1", "2023-01-01", ("0.00", "400.00")), made("2024/1", "2024-01-01", ("5.00", "400.02"))
    )
    assert [(c.difference, c.percent) for c in found.changed] == [
        (Decimal("5.00"), None),
        (Decimal("0.02"), Decimal("0.01")),  # 0.005 exactly
    ]
