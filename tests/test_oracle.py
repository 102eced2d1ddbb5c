"""Cases worked out by hand from the circulars' figures: they are what makes the oracle worth believing."""

from decimal import Decimal
from typing import Any

import pytest

from oracle import BookDefectError, Oracle

Json = dict[str, Any]
MEDICAL = "doctors/medical-acts/7"
PSYCHOLOGY = "psychology/primary-care"


def amount(intervention: str | None = None, patient_share: str | None = None, **other: Any) -> Json:
    """Return one amount; without figures it is one that the document gives none for."""
    blank: Json = {"setting": None, "regime": None, "age_from": None, "age_to": None, "facts": {}, "basis": "act"}
    kind = None if intervention is None else "actual"
    found: Json = {"intervention": intervention, "patient_share": patient_share, "intervention_kind": kind}
    return blank | found | {"not_published": []} | other


def line(code: str | None, twin: str | None, fee: str | None, *amounts: Json, section: str | None = None) -> Json:
    """Return one line of a circular."""
    where = {"number": section, "title": "-"} if section else None
    return {"ambulatory_code": code, "hospital_code": twin, "fee": fee, "amounts": list(amounts), "section": where}


def entry(
    number: str, effective: str, known: str, *lines: Json, series: str = "toy/acts", kind: str = "circular"
) -> Json:
    """Return one entry of the book."""
    circular = {"number": number, "issued_on": known, "effective_on": effective, "series": series, "kind": kind}
    return {"circular": circular, "lines": list(lines), "known_from": known, "recorded_at": "2026-02-01T12:00:00Z"}


def four(*figures: tuple[str | None, str | None]) -> list[Json]:
    """Return the four situations of a medical line; a pair of nulls is not published."""
    situations = [
        (setting, regime) for setting in ("ambulatory", "hospital") for regime in ("preferential", "ordinary")
    ]
    return [
        amount(i, s, setting=setting, regime=regime, not_published=[] if i else ["intervention", "patient_share"])
        for (i, s), (setting, regime) in zip(figures, situations, strict=True)
    ]


def by_regime(preferential: Json, ordinary: Json, /, **other: Any) -> list[Json]:
    """Return the two regimes of a psychology line."""
    return [preferential | {"regime": "preferential"} | other, ordinary | {"regime": "ordinary"} | other]


NOWHERE = amount(not_published=["intervention", "patient_share"], basis="session")
FREE = amount("89.59", "0.00")
OLDER: Json = {"age_from": 24}
YOUNGER: Json = {"age_to": 24}
THEORETICAL: Json = {"basis": "session", "intervention_kind": "theoretical"}

ORACLE = Oracle(
    [
        entry(
            *("2024/382", "2025-01-01", "2024-12-12"),
            line(
                "565014",
                "565025",
                "363.43",
                *four(*[("363.43", "0.00"), ("354.75", "8.68")], *[("363.43", "0.00")] * 2),
            ),
            line("588991", "589002", "1676.97", *four(*[("1676.97", "0.00")] * 3, (None, None)), section="O"),
            line("589794", "589805", None, *[x | {"not_published": []} for x in four(*[(None, None)] * 4)]),
            series=MEDICAL,
        ),
        entry(
            *("2025/336", "2026-01-01", "2025-12-20"),
            line(
                "565014",
                "565025",
                "373.31",
                *four(*[("373.31", "0.00"), ("364.63", "8.68")], *[("373.31", "0.00")] * 2),
            ),
            line("588991", "589002", "1722.58", *four(*[("1722.58", "0.00")] * 4), section="O"),
            series=MEDICAL,
        ),
        entry(
            *("2024/356", "2025-01-01", "2024-12-11"),
            line(
                "726412",
                None,
                "238.90",
                *by_regime(*[amount("53.76", "0.00")] * 2, **OLDER, **THEORETICAL),
                section="1.1",
            ),
            line("726471", None, "89.59", *by_regime(FREE, FREE, **OLDER), section="1.2.1"),
            line(
                *("726530", None, "89.59"),
                *by_regime(amount("85.59", "4.00"), amount("78.59", "11.00"), **OLDER),
                section="1.2.1",
            ),
            line(
                "726655",
                None,
                "238.90",
                *by_regime(*[amount("53.76", "2.50")] * 2, **OLDER, **THEORETICAL),
                section="1.2.2",
            ),
            line("726412", None, "238.90", *by_regime(NOWHERE, NOWHERE, **YOUNGER), section="2.1"),
            line("726471", None, "89.59", *by_regime(FREE, FREE, **YOUNGER), section="2.2.1"),
            line("726530", None, "89.59", *by_regime(FREE, FREE, **YOUNGER), section="2.2.1"),
            line(
                "726655",
                None,
                "238.90",
                *by_regime(*[amount("53.76", "0.00")] * 2, **YOUNGER, **THEORETICAL),
                section="2.2.2",
            ),
            line("726950", None, "89.59", *by_regime(*[amount(basis="unit")] * 2), section="3"),
            series=PSYCHOLOGY,
        ),
        entry(
            *("2024/401", "2025-01-01", "2024-12-16"),
            line("401376", None, "23.30", amount("23.30", "0.00")),
            line("401435", None, "15.50", amount("15.50", "0.00", basis="unit")),
            series="perinatal/pathway",
        ),
    ]
)


def figures(price: Json) -> tuple[str | None, ...]:
    """Return outcome, fee, intervention and patient share, the amounts as strings."""
    return price["outcome"], *(shown(price[name]) for name in ("fee", "intervention", "patient_share"))


def shown(value: Decimal | None) -> str | None:
    """Return an amount as a string."""
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("code", "on", "facts", "expected"),
    [
        ("565014", "2025-06-30", {"regime": "ordinary"}, ("priced", "363.43", "354.75", "8.68")),
        ("565014", "2025-06-30", {"regime": "preferential"}, ("priced", "363.43", "363.43", "0.00")),
        ("565014", "2025-12-31", {"regime": "ordinary"}, ("priced", "363.43", "354.75", "8.68")),
        ("565014", "2026-01-01", {"regime": "ordinary"}, ("priced", "373.31", "364.63", "8.68")),
        ("565014", "2026-01-01", {"regime": "ordinary", "age": 3, "dmg": True}, ("priced", "373.31", "364.63", "8.68")),
        ("565025", "2025-06-30", {}, ("priced", "363.43", "363.43", "0.00")),
        ("588991", "2025-06-30", {}, ("priced", "1676.97", "1676.97", "0.00")),
        ("589002", "2025-06-30", {"regime": "preferential"}, ("priced", "1676.97", "1676.97", "0.00")),
        ("589002", "2025-06-30", {"regime": "ordinary"}, ("incomplete", "1676.97", None, None)),
        ("589002", "2026-06-30", {}, ("priced", "1722.58", "1722.58", "0.00")),
        ("589794", "2025-06-30", {}, ("no_amount", None, None, None)),
        ("589805", "2025-06-30", {"regime": "ordinary"}, ("no_amount", None, None, None)),
        ("726530", "2025-06-30", {"age": 24, "regime": "preferential"}, ("priced", "89.59", "85.59", "4.00")),
        ("726530", "2025-06-30", {"age": 24, "regime": "ordinary"}, ("priced", "89.59", "78.59", "11.00")),
        ("726530", "2025-06-30", {"age": 23}, ("priced", "89.59", "89.59", "0.00")),
        ("726471", "2025-06-30", {}, ("priced", "89.59", "89.59", "0.00")),
        ("726412", "2025-06-30", {"age": 40}, ("priced", "238.90", "53.76", "0.00")),
        ("726412", "2025-06-30", {"age": 12}, ("incomplete", "238.90", None, None)),
        ("726950", "2025-06-30", {}, ("priced", "89.59", None, None)),
        ("401376", "2025-06-30", {}, ("priced", "23.30", "23.30", "0.00")),
    ],
)
def test_figures(code: str, on: str, facts: Json, expected: tuple[str, ...]) -> None:
    """The figures are those that stand in the circulars."""
    assert figures(ORACLE.price(code, on, **facts)) == expected


@pytest.mark.parametrize(
    ("code", "facts", "needs", "line_id"),
    [
        ("565014", {}, ["regime"], "2024/382:565014"),
        ("589002", {}, ["regime"], "2024/382:589002"),
        ("726530", {}, ["age", "regime"], None),
        ("726530", {"regime": "ordinary"}, ["age"], None),
        ("726530", {"age": 30}, ["regime"], "2024/356:726530@1.2.1"),
        ("726412", {"regime": "ordinary"}, ["age"], None),
        ("726655", {}, ["age"], None),
    ],
)
def test_only_the_facts_that_decide_are_needed(code: str, facts: Json, needs: list[str], line_id: str | None) -> None:
    """A fact that changes nothing is not asked for, and nothing is guessed for one that does."""
    price = ORACLE.price(code, "2025-03-01", **facts)
    assert figures(price) == ("needs_information", None, None, None)
    assert (price["needs"], price["line_id"]) == (needs, line_id)
    assert (price["circular"], price["certainty"]) == ("2024/382" if code[0] == "5" else "2024/356", "published")
    assert (price["basis"], price["not_published"], price["total_fee"]) == (None, [], None)


def test_totals_and_line_ids() -> None:
    """A theoretical intervention has no total; a code that stands twice is named with its section."""
    cap = ORACLE.price("401435", "2025-03-01", quantity=16)
    assert (cap["total_fee"], cap["total_intervention"], cap["total_patient_share"]) == (
        Decimal("248.00"),
        Decimal("248.00"),
        Decimal("0.00"),
    )
    assert (cap["basis"], cap["line_id"]) == ("unit", "2024/401:401435")
    group = ORACLE.price("726655", "2025-03-01", age=30, quantity=3)
    assert (group["total_fee"], group["total_intervention"]) == (Decimal("716.70"), None)
    assert (group["total_patient_share"], group["intervention_kind"]) == (Decimal("7.50"), "theoretical")
    assert (group["basis"], group["line_id"]) == ("session", "2024/356:726655@1.2.2")
    cut = ORACLE.price("726412", "2025-03-01", age=12, quantity=2)
    assert (cut["total_fee"], cut["total_intervention"]) == (Decimal("477.80"), None)
    assert cut["not_published"] == ["intervention", "patient_share"]
    either = ORACLE.price("726471", "2025-03-01")
    assert (either["circular"], either["line_id"]) == ("2024/356", "2024/356:726471@1.2.1")
    open_still = ORACLE.price("726655", "2025-03-01")
    assert (open_still["needs"], open_still["line_id"]) == (["age"], None)


def test_codes_and_certainty() -> None:
    """A slip, a stranger and a date outside every period are told apart; a stale tariff says that it is one."""
    assert ORACLE.price("565015", "2025-03-01")["outcome"] == "invalid_code"
    assert ORACLE.price("56501", "2025-03-01")["outcome"] == "invalid_code"
    assert ORACLE.price("100015", "2025-03-01")["outcome"] == "unknown_code"
    early = ORACLE.price("565014", "2024-12-31", regime="ordinary")
    assert (early["outcome"], early["certainty"], early["circular"]) == ("not_in_force", None, None)
    assert ORACLE.price("565014", "2026-12-31", regime="ordinary")["certainty"] == "published"
    assert ORACLE.price("565014", "2027-01-01", regime="ordinary")["certainty"] == "last_known"
    assert ORACLE.price("401376", "2026-01-01")["certainty"] == "last_known"
    assert ORACLE.price("589794", "2025-03-01")["certainty"] == "published"
    # The second circular as built here leaves 589794 out (the real one lists it), so the code ends.
    assert ORACLE.price("589794", "2026-01-01")["outcome"] == "not_in_force"


def test_what_was_known_then() -> None:
    """Before the second circular is known, 2026 is answered from the first, and as a last known tariff."""
    then = ORACLE.price("565014", "2026-01-10", regime="ordinary", as_known_on="2025-12-19")
    assert (then["fee"], then["circular"], then["certainty"]) == (Decimal("363.43"), "2024/382", "last_known")
    assert ORACLE.price("565014", "2026-01-10", as_known_on="2025-12-20", regime="ordinary")["fee"] == Decimal("373.31")
    assert ORACLE.price("565014", "2026-01-10", as_known_on="2024-12-11")["outcome"] == "unknown_code"


def flat(code: str, fee: str) -> Json:
    """Return a line without conditions."""
    return line(code, None, fee, amount(fee, "0.00"))


def test_a_code_may_end_and_come_back() -> None:
    """The next circular of the series ends a code that it does not list; another may bring it back."""
    other = flat("100052", "1.00")
    oracle = Oracle(
        [
            entry("A", "2020-01-01", "2019-12-01", flat("100015", "10.00")),
            entry("C", "2022-01-01", "2021-12-01", flat("100015", "12.00")),
            entry("B", "2021-01-01", "2020-12-01", other),
        ]
    )
    outcomes = [oracle.price("100015", f"{year}-06-01")["outcome"] for year in (2019, 2020, 2021, 2022)]
    assert outcomes == ["not_in_force", "priced", "not_in_force", "priced"]
    assert oracle.price("100015", "2021-06-01", as_known_on="2020-06-01")["certainty"] == "last_known"


def test_of_two_circulars_with_one_effective_date_the_later_known_wins_entirely() -> None:
    """The later known circular replaces the earlier whole; on the same day the later in the list does."""
    first = entry("A", "2020-01-01", "2019-12-02", flat("100015", "10.00"), flat("100052", "1.00"))
    second = entry("B", "2020-01-01", "2019-12-01", flat("100015", "11.00"))
    assert Oracle([first, second]).price("100015", "2020-06-01")["circular"] == "A"
    same_day = Oracle([first, second | {"known_from": "2019-12-02"}])
    assert same_day.price("100015", "2020-06-01")["circular"] == "B"
    assert same_day.price("100052", "2020-06-01")["outcome"] == "not_in_force"


def test_a_corrigendum_replaces_only_its_codes_until_the_next_circular() -> None:
    """It holds from its own effective date, once it is known, if it is known later than what it corrects."""
    year = entry("A", "2020-01-01", "2019-12-01", flat("100015", "10.00"), flat("100052", "1.00"))
    after = entry("B", "2021-01-01", "2020-12-01", flat("100015", "12.00"), flat("100052", "2.00"))
    fix = entry("F", "2020-03-01", "2020-05-01", flat("100015", "10.50"), kind="corrigendum")
    oracle = Oracle([year, after, fix])

    def fee(on: str, code: str = "100015", known: str | None = None) -> Decimal | None:
        found: Decimal | None = oracle.price(code, on, as_known_on=known)["fee"]
        return found

    assert fee("2020-02-29") == Decimal("10.00")
    assert fee("2020-03-01") == Decimal("10.50")
    assert fee("2020-03-01", known="2020-04-30") == Decimal("10.00")
    assert fee("2020-03-01", code="100052") == Decimal("1.00")
    assert fee("2021-01-01") == Decimal("12.00")
    assert oracle.price("100015", "2020-03-01")["line_id"] == "F:100015"
    restated = entry("R", "2020-01-01", "2020-06-01", flat("100015", "10.75"))
    assert Oracle([year, fix, restated]).price("100015", "2020-03-01")["fee"] == Decimal("10.75")
    again = entry("G", "2020-03-01", "2020-07-01", flat("100015", "10.60"), kind="corrigendum")
    assert Oracle([again, year, fix]).price("100015", "2020-03-01")["fee"] == Decimal("10.60")


def test_other_facts() -> None:
    """A yes-or-no fact has both values; other facts have those that are named; an unnamed fact asks nothing."""
    lines = [
        line(
            "100015",
            None,
            "30.00",
            amount("26.00", "4.00", facts={"dmg": True}),
            amount("24.00", "6.00", facts={"dmg": False}),
        ),
        line("100052", None, "30.00", amount("26.00", "4.00", facts={"dmg": True})),
        line(
            *("100111", None, "30.00"),
            amount("26.00", "4.00", facts={"trainee": "first"}, age_from=75),
            amount("25.00", "5.00", facts={"trainee": "second"}, age_from=75),
            amount("24.00", "6.00", age_to=75),
        ),
        line("100133", None, "30.00", amount("26.00", "4.00", facts={"pathway": "renal"})),
    ]
    oracle = Oracle([entry("A", "2020-01-01", "2019-12-01", *lines)])
    on = "2020-06-01"
    assert oracle.price("100015", on)["needs"] == ["dmg"]
    assert figures(oracle.price("100015", on, dmg=True)) == ("priced", "30.00", "26.00", "4.00")
    assert oracle.price("100052", on)["needs"] == ["dmg"]
    assert figures(oracle.price("100052", on, dmg=False)) == ("no_amount", None, None, None)
    assert oracle.price("100052", on, dmg=False)["line_id"] == "A:100052"
    assert oracle.price("100111", on)["needs"] == ["age", "trainee"]
    assert figures(oracle.price("100111", on, age=74)) == ("priced", "30.00", "24.00", "6.00")
    assert oracle.price("100111", on, age=75)["needs"] == ["trainee"]
    assert oracle.price("100111", on, trainee="other")["needs"] == ["age"]
    assert oracle.price("100133", on)["outcome"] == "priced"
    wider = Oracle([entry("A", "2020-01-01", "2019-12-01", *lines)], domains={"pathway": ["renal", "diabetes"]})
    assert wider.price("100133", on)["needs"] == ["pathway"]


def test_a_book_that_contradicts_itself_has_no_answer() -> None:
    """Two amounts for one set of facts, two series for one code, a code in the wrong column: each is a defect."""
    twice = line("100015", None, "30.00", amount("26.00", "4.00", age_to=24), amount("25.00", "5.00", age_from=23))
    oracle = Oracle([entry("A", "2020-01-01", "2019-12-01", twice)])
    assert oracle.price("100015", "2020-06-01", age=22)["outcome"] == "priced"
    with pytest.raises(BookDefectError):
        oracle.price("100015", "2020-06-01")
    one = entry("A", "2020-01-01", "2019-12-01", flat("100015", "1.00"))
    two = entry("B", "2020-01-01", "2019-12-01", flat("100015", "1.00"), series="toy/other")
    with pytest.raises(BookDefectError):
        Oracle([one, two]).price("100015", "2020-06-01")
    with pytest.raises(BookDefectError):
        Oracle([entry("A", "2020-01-01", "2019-12-01", flat("100026", "1.00"))]).price("100026", "2020-06-01")
