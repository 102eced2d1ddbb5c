"""On-call posts (5.2): amounts by heading, instalments, corrections and the envelope, worked by hand from the text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.on_call.amounts import extrapolated, part, raised
from bareme.conventions.agreement_2020.on_call.given import heading_name
from bareme.conventions.agreement_2020.on_call.report import OnCall
from bareme.errors import InputError
from bareme.nomenclature.interpretations import interpretations
from running import REPOSITORY, bareme_here, valid

HEAD = "post,heading,amount_2019,started,months,extrapolate\n"
NORM = {"on_call": {"norm_maxima": {"accounting": "4000.00", "staff": "90000.00"}}}
"""Invented maxima: the norm is not in the document."""


@pytest.fixture
def posts(tmp_path: Path) -> Any:
    """The report of posts, corrections and new initiatives, given as the lines of their CSV below the header."""

    def report(lines: str, corrections: str = "", new: str = "", supplied: Any = None, **options: Any) -> OnCall:
        (tmp_path / "posts.csv").write_text(HEAD + lines.strip() + "\n")
        if corrections:
            options["corrections"] = tmp_path / "corrections.csv"
            options["corrections"].write_text("post,heading,amount,round\n" + corrections.strip() + "\n")
        if new:
            options["new"] = tmp_path / "new.csv"
            options["new"].write_text("post,amount,joins\n" + new.strip() + "\n")
        agreement = bareme.agreements[2020].with_parameters(supplied or {})
        found = agreement.on_call(tmp_path / "posts.csv", **options)
        for language in ("en", "fr"):
            valid(found.to_dict(language), "agreement-on-call-1")
        return found

    return report


def amounts(report: OnCall) -> list[tuple[str, str, Decimal | None]]:
    return [(one.post, one.heading, one.answer.amount) for one in report.headings]


def checks(report: OnCall) -> list[tuple[str, str, int]]:
    return [
        (one.check.partition(".")[2], one.place.file, one.place.line)
        for one in report.findings
        if one.place is not None
    ]


def test_six_headings_are_raised_by_two_percent(posts: Any) -> None:
    """5.2.3.1: ICT, rent, maintenance, coordination-administration (one), reception, transport."""
    report = posts(
        """
P-1,ICT,10000.00,,,
P-1,rent,24000.25,,,
P-1,maintenance,0.00,,,
P-1,coordination-administration,1234.56,,,
P-1,reception,100.00,,,
P-1,transport,99.75,,,
"""
    )
    # 24.000,25 x 1,02 = 24.480,255 -> 24.480,26; 1.234,56 x 1,02 = 1.259,2512 -> 1.259,25; 99,75 x 1,02 = 101,745.
    assert amounts(report) == [
        ("P-1", "ict", Decimal("10200.00")),
        ("P-1", "rent", Decimal("24480.26")),
        ("P-1", "maintenance", Decimal("0.00")),
        ("P-1", "coordination_administration", Decimal("1259.25")),
        ("P-1", "reception", Decimal("102.00")),
        ("P-1", "transport", Decimal("101.75")),
    ]
    assert not report.findings
    [post] = report.posts
    # 10.200,00 + 24.480,26 + 0 + 1.259,25 + 102,00 + 101,75 = 36.143,26; 70 % is 25.300,282.
    assert (post.amount, post.first_instalment, post.balance) == (
        Decimal("36143.26"),
        Decimal("25300.28"),
        Decimal("10842.98"),
    )
    assert report.headings[0].answer.because["en"] == "P-1, ict: 10.000,00 of 2019 + 2 % is 10.200,00 (5.2.3.1)."
    assert report.headings[0].answer.because["fr"] == "P-1, ict : 10.000,00 de 2019 + 2 % donne 10.200,00 (5.2.3.1)."


def test_headings_may_be_named_in_french(posts: Any) -> None:
    report = posts(
        "P-1,Loyer,1,,,\nP-1,entretien,1,,,\nP-1,Accueil,1,,,\nP-1,coordination/administration,1,,,\nP-1,Comptabilité,1,,,"
    )
    names = [one.heading for one in report.headings]
    assert names == ["rent", "maintenance", "reception", "coordination_administration", "accounting"]
    system = systems_of(2020)["on_call"]
    assert heading_name(system, "  Coordination - Administration ") == "coordination_administration"


def test_other_headings_are_at_the_maximum_of_the_norm(posts: Any) -> None:
    """5.2.3.1: the maxima are not in the document; until they are given, the heading, post and envelope wait."""
    report = posts("P-1,accounting,3000.00,,,\nP-1,rent,100.00,,,")
    assert report.headings[0].answer.missing == ("norm_maxima",)
    assert report.headings[1].answer.amount == Decimal("102.00")
    assert (report.posts[0].amount, report.posts[0].missing) == (None, ("norm_maxima",))
    assert (report.check.result, report.check.missing, report.total) == ("needs_information", ("norm_maxima",), None)
    assert not report.findings
    report = posts("P-1,accounting,3000.00,,,\nP-1,staff,,,,", supplied=NORM)
    # The maximum of the norm, whatever the contract amount.
    assert amounts(report) == [("P-1", "accounting", Decimal("4000.00")), ("P-1", "staff", Decimal("90000.00"))]
    french = {"on_call": {"norm_maxima": {"comptabilité": "4000.00"}}}
    assert posts("P-1,accounting,,,,", supplied=french).headings[0].answer.amount == Decimal("4000.00")
    only_staff = {"on_call": {"norm_maxima": {"staff": "1.00"}}}
    assert posts("P-1,accounting,,,,", supplied=only_staff).missing == ("norm_maxima.accounting",)


def test_an_initiative_of_2019_may_be_extrapolated_to_twelve_months(posts: Any) -> None:
    """5.2.3.1: 1.000,00 for 7 months is 1.714,2857 for 12, so 1.714,29; + 2 % is 1.748,5758, so 1.748,58."""
    lines = "P-1,rent,1000.00,2019-06-01,7,\nP-2,rent,1000.00,2019-06-01,7,no\nP-3,rent,1000.00,2018-06-01,,"
    report = posts(lines, extrapolate=True)
    assert [one.reference for one in report.headings] == [Decimal("1714.29"), Decimal("1000.00"), Decimal("1000.00")]
    assert [one.answer.amount for one in report.headings] == [
        Decimal("1748.58"),
        Decimal("1020.00"),
        Decimal("1020.00"),
    ]
    assert "1.000,00 for 7 months is 1.714,29 for 12" in report.headings[0].answer.because["en"]
    assert not report.findings


def test_without_the_choice_nothing_is_extrapolated_and_a_note_says_so(posts: Any) -> None:
    report = posts("P-1,rent,1000.00,2019-06-01,7,\nP-2,rent,1000.00,2019-06-01,7,yes")
    assert [one.answer.amount for one in report.headings] == [Decimal("1020.00"), Decimal("1748.58")]
    assert [(one.check, one.severity) for one in report.findings] == [("on_call.may_be_extrapolated", "note")]


@pytest.mark.parametrize(
    ("line", "missing", "contradicts"),
    [
        ("P-1,rent,1000.00,2019-06-01,,", ("months",), ()),
        ("P-1,rent,1000.00,,7,", ("started",), ()),
        ("P-1,rent,,2019-06-01,7,", ("amount_2019",), ()),
        ("P-1,rent,1000.00,2019-06-01,8,", (), ("started", "months")),  # June to December are 7
        ("P-1,rent,1000.00,2019-06-01,0,", (), ("started", "months")),
    ],
)
def test_what_an_extrapolation_must_know(
    posts: Any, line: str, missing: tuple[str, ...], contradicts: tuple[str, ...]
) -> None:
    answer = posts(line, extrapolate=True).headings[0].answer
    assert (answer.result, answer.missing, answer.contradicts) == ("needs_information", missing, contradicts)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("P-1,furniture,100.00,,,", [("unknown_heading", 2)]),
        ("P-1,coordination,100.00,,,\nP-1,administration,100.00,,,", [("one_heading", 2), ("one_heading", 3)]),
        ("P-1,rent,100.00,,,\nP-1,loyer,200.00,,,", [("heading_twice", 3)]),
        ("P-1,rent,-100.00,,,", [("negative_amount", 2)]),
        ("P-1,rent,100.00,2019-06-01,8,no", [("months_impossible", 2)]),
        ("P-1,rent,100.00,2018-06-01,13,", [("months_impossible", 2)]),
        ("P-1,rent,100.00,2020-02-01,,", [("new_initiative_given", 2)]),
        ("P-1,rent,100.00,2019-10-01,3,no", [("after_contract_day", 2)]),
        ("P-1,rent,100.00,2018-01-01,,\nP-1,ict,100.00,2017-01-01,,", [("started_differs", 3)]),
        ("P-1,rent,100.00,,,yes", [("nothing_to_extrapolate", 2)]),
        ("P-1,rent,100.00,2018-06-01,7,", [("nothing_to_extrapolate", 2)]),
        ("P-1,rent,much,,,", [("unusable_value", 2)]),
        ("P-1,,100.00,,,", [("value_missing", 2)]),
    ],
)
def test_what_is_wrong_is_a_finding_with_its_line(posts: Any, lines: str, found: list[tuple[str, int]]) -> None:
    assert checks(posts(lines)) == [(check, "posts.csv", line) for check, line in found]


def test_of_a_heading_given_twice_neither_amount_is_used(posts: Any) -> None:
    report = posts("P-1,rent,100.00,,,\nP-1,rent,200.00,,,", "P-1,rent,300.00,1")
    assert [one.answer.contradicts for one in report.headings] == [("amount_2019",)] * 2
    assert report.check.result == "needs_information"


def test_one_round_of_corrections_replaces_amounts_and_leaves_the_first_instalment(posts: Any) -> None:
    """5.2.3.2: one round; 70 % was paid of the amounts before (5.2.3.1)."""
    report = posts("P-1,rent,1000.00,,,\nP-1,ict,500.00,,,", "P-1,loyer,1400.00,1")
    [post] = report.posts
    # 1.020,00 + 510,00 = 1.530,00, of which 1.071,00; corrected 1.400,00 + 510,00 = 1.910,00; 839,00 is left to pay.
    assert (post.amount, post.first_instalment, post.corrected, post.balance) == (
        Decimal("1530.00"),
        Decimal("1071.00"),
        Decimal("1910.00"),
        Decimal("839.00"),
    )
    # 33.148.000 - 750.000 - 1.910.
    assert report.check.amount == Decimal("32396090.00")


@pytest.mark.parametrize(
    ("corrections", "found"),
    [
        ("P-1,rent,1400.00,2", [("second_round", 2)]),
        ("P-1,rent,1400.00,0", [("no_round", 2)]),
        ("P-1,rent,-1.00,1", [("negative_amount", 2)]),
        ("P-1,ict,1400.00,1", [("correction_of_nothing", 2)]),
        ("P-9,rent,1400.00,1", [("correction_of_nothing", 2)]),
        ("P-1,rent,1400.00,1\nP-1,loyer,1500.00,1", [("corrected_twice", 3)]),
        ("P-1,rent,1400.00,first", [("unusable_value", 2)]),
    ],
)
def test_corrections_that_cannot_be_used(posts: Any, corrections: str, found: list[tuple[str, int]]) -> None:
    report = posts("P-1,rent,1000.00,,,", corrections)
    assert checks(report) == [(check, "corrections.csv", line) for check, line in found]
    assert report.posts[0].corrected == Decimal("1020.00")


def test_a_correction_gives_an_amount_to_a_heading_whose_norm_is_awaited(posts: Any) -> None:
    report = posts("P-1,accounting,1000.00,,,", "P-1,accounting,1400.00,1")
    assert (report.posts[0].amount, report.posts[0].corrected) == (None, Decimal("1400.00"))
    assert (report.posts[0].first_instalment, report.posts[0].balance) == (None, None)
    assert report.check.amount == Decimal("32396600.00")


def test_the_envelope_holds_the_posts_and_the_750_000_euros(posts: Any) -> None:
    """5.2.1 and 5.2.5.4: 33.148.000 - 750.000 = 32.398.000 for posts; 31.762.745,10 x 1,02 = 32.398.000,00."""
    report = posts("P-1,rent,31762745.10,,,")
    assert (report.check.result, report.check.amount) == ("yes", Decimal("0.00"))
    report = posts("P-1,rent,31762745.11,,,")  # x 1,02 = 32.398.000,0122, so 32.398.000,01
    assert (report.check.result, report.check.amount) == ("no", None)
    assert "0,01 above the envelope of 33.148.000,00" in report.check.because["en"]
    # What is known is too much already, whatever the norm is.
    assert posts("P-1,rent,31762745.11,,,\nP-1,accounting,1.00,,,").check.result == "no"
    assert report.envelope == Decimal("33148000.00")
    assert report.cooperation == Decimal("750000.00")


def test_the_weekday_experiments_stand_beside_the_envelope(posts: Any) -> None:
    """5.2.2.2 and annex d: 1.500 thousand in 2020, 3.000 thousand in a whole year."""
    report = posts("P-1,rent,100.00,,,")
    assert report.weekday.amount == Decimal("1500000.00")
    assert "3.000.000,00" in report.weekday.because["en"]
    # 33.148.000 - 750.000 - 102: the experiments take nothing of it.
    assert report.check.amount == Decimal("32397898.00")


def test_the_envelope_of_2019_is_a_parameter() -> None:
    values = {
        entry.period.start.year: entry.value
        for entry in bareme.agreements[2020].parameters
        if (entry.system, entry.name) == ("on_call", "envelope")
    }
    assert values == {2019: 25048, 2020: 33148}


def test_new_initiatives_come_from_what_is_left_if_they_join_a_cooperation_agreement(posts: Any) -> None:
    """5.2.4.1: 33.148.000 - 750.000 - 32.298.000 leaves 100.000 (31.664.705,88 x 1,02 = 32.297.999,9976)."""
    report = posts(
        "P-1,rent,31664705.88,,,",
        new="N-1,60000.00,yes\nN-2,10000.00,no\nN-3,50000.00,yes\nN-4,30000.00,\nN-5,20000.00,yes\nN-6,10000.00,yes",
    )
    assert report.check.amount == Decimal("100000.00")
    found = [(one.post, one.answer.result.value, one.answer.missing) for one in report.new_initiatives]
    assert found == [
        ("N-1", "yes", ()),  # 40.000 left
        ("N-2", "no", ()),  # joins none
        ("N-3", "no", ()),  # more than 40.000
        ("N-4", "needs_information", ("joins",)),
        ("N-5", "needs_information", ("amount of those before",)),  # fits only if N-4 does not join
        ("N-6", "needs_information", ("amount of those before",)),
    ]
    assert "40.000,00 that is left" in report.new_initiatives[2].answer.because["en"]
    waiting = posts("P-1,accounting,1.00,,,", new="N-1,60000.00,yes\nN-2,10000.00,no")
    assert [one.answer.missing for one in waiting.new_initiatives] == [("norm_maxima",), ()]
    assert checks(posts("P-1,rent,1.00,,,", new="N-1,-1.00,yes")) == [("negative_amount", "new.csv", 2)]
    full = posts("P-1,rent,31762745.11,,,", new="N-1,1.00,yes")
    assert full.new_initiatives[0].answer.result == "no"


def test_a_new_initiative_that_asks_twice_is_not_financed_twice(posts: Any) -> None:
    """5.2.4.1: which of the amounts is asked is not known; what they might take is kept from those behind."""
    report = posts("P-1,rent,31664705.88,,,", new="N-1,60000.00,yes\nN-2,50000.00,yes\nN-1,30000.00,yes")
    found = [(one.post, one.answer.result.value, one.answer.contradicts) for one in report.new_initiatives]
    assert found == [
        ("N-1", "needs_information", ("amount",)),
        ("N-2", "needs_information", ()),  # 100.000 are left, and N-1 may take 60.000
        ("N-1", "needs_information", ("amount",)),
    ]
    assert checks(report) == [("initiative_twice", "new.csv", 4)]


def test_a_post_starts_once_for_all_its_headings(posts: Any) -> None:
    """5.2.3.1: it is the initiative that was launched in 2019; each of its amounts may be extrapolated."""
    report = posts("P-1,rent,1000.00,2019-06-01,7,\nP-1,ict,700.00,,7,\nP-1,transport,700.00,,,", extrapolate=True)
    # 700 x 12 / 7 = 1.200, + 2 % = 1.224.
    assert report.headings[1].answer.amount == Decimal("1224.00")
    assert report.headings[2].answer.missing == ("months",)
    new = posts("P-2,rent,100.00,2020-02-01,,\nP-2,ict,100.00,,,")
    assert [one.answer.result.value for one in new.headings] == ["no", "no"]


@pytest.mark.parametrize(
    ("first", "second", "severity", "contradicts"),
    [
        ("2018-01-01", "2017-01-01", "warning", ()),  # both before 2019: nothing depends on it
        ("2019-06-01", "2017-01-01", "error", ("started",)),
        ("2019-06-01", "2019-07-01", "error", ("started",)),
        ("2020-02-01", "2017-01-01", "error", ("started",)),
        ("2020-02-01", "2020-03-01", "warning", ()),
    ],
)
def test_two_starts_of_a_post_are_not_chosen_from(
    posts: Any, first: str, second: str, severity: str, contradicts: tuple[str, ...]
) -> None:
    report = posts(f"P-1,rent,100.00,{first},,no\nP-1,ict,100.00,{second},,no")
    [found] = [one for one in report.findings if one.check == "on_call.started_differs"]
    assert found.severity == severity
    assert [one.answer.contradicts for one in report.headings] == [contradicts] * 2


def test_maxima_of_the_norm_that_cannot_be_used_are_said(posts: Any) -> None:
    """5.2.3.1: rent is raised, not at the maximum; two amounts for accounting are not chosen from."""
    maxima = {"accounting": "5.00", "comptabilité": "6.00", "loyer": "4.00", "staff": "-3.00", "coordination": "1.00"}
    report = posts("P-1,accounting,1.00,,,\nP-1,rent,100.00,,,", supplied={"on_call": {"norm_maxima": maxima}})
    assert [(one.check.partition(".")[2], one.severity.value, one.values["name"]) for one in report.findings] == [
        ("maximum_unusable", "error", "accounting"),
        ("maximum_unusable", "error", "comptabilité"),
        ("maximum_not_used", "warning", "loyer"),
        ("maximum_unusable", "error", "staff"),
        ("maximum_not_used", "warning", "coordination"),
    ]
    assert report.headings[0].answer.missing == ("norm_maxima.accounting",)
    assert report.headings[1].answer.amount == Decimal("102.00")
    same = {"on_call": {"norm_maxima": {"accounting": "5.00", "comptabilité": "5.00"}}}
    assert posts("P-1,accounting,1.00,,,", supplied=same).headings[0].answer.amount == Decimal("5.00")


def test_a_post_that_started_in_2020_is_no_part_of_the_allocation(posts: Any) -> None:
    report = posts("P-1,rent,100.00,,,\nP-2,rent,100.00,2020-02-01,,")
    assert [post.post for post in report.posts] == ["P-1"]
    assert report.headings[1].answer.result == "no"
    assert report.check.amount == Decimal("32397898.00")


def test_posts_in_toml(tmp_path: Path) -> None:
    place = tmp_path / "posts.toml"
    place.write_text(
        '[[post]]\npost = "P-1"\nheading = "rent"\namount_2019 = "100.00"\nstarted = 2019-09-01\nmonths = 4\n'
    )
    report = bareme.agreements[2020].on_call(place, extrapolate=True)
    assert report.headings[0].answer.amount == Decimal("306.00")
    place.write_text('[[post]]\npost = "P-1"\nheading = "rent"\namount_2019 = 100.50\n')
    with pytest.raises(InputError, match="write amounts and rates as text"):
        bareme.agreements[2020].on_call(place)


def test_an_unknown_column_is_an_input_error(tmp_path: Path) -> None:
    place = tmp_path / "posts.csv"
    place.write_text("post,headin,amount_2019\n")
    with pytest.raises(InputError, match='did you mean "heading"'):
        bareme.agreements[2020].on_call(place)


def test_every_interpretation_used_is_in_the_register(posts: Any) -> None:
    report = posts("P-1,rent,100.00,,,\nP-1,staff,1.00,,,", new="N-1,1.00,yes", supplied=NORM)
    answers = [one.answer for one in (*report.headings, *report.new_initiatives)]
    named = {id for answer in answers for id in answer.interpretations}
    assert len(named) == 3
    assert named <= interpretations().keys()


EURO = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
HALF = Fraction(1, 200)


@settings(deadline=None)
@given(EURO, st.integers(1, 12))
def test_each_rounding_is_to_the_nearest_cent_up_from_the_half(amount: Decimal, months: int) -> None:
    """With amounts of 0 or more, half away from zero is half up: result - exact is above -1/2 cent, at most 1/2."""
    exactly = {
        extrapolated(amount, months, 12): Fraction(amount) * 12 / months,
        raised(amount, Decimal(2)): Fraction(amount) * 51 / 50,
        part(amount, Decimal(70)): Fraction(amount) * 7 / 10,
    }
    for rounded, exact in exactly.items():
        assert rounded == rounded.quantize(Decimal("0.01"))
        assert -HALF < Fraction(rounded) - exact <= HALF


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("PQR"), st.integers(0, 10**7)), max_size=8))
def test_what_is_left_is_the_envelope_less_everything(given_amounts: list[tuple[str, int]]) -> None:
    """Whatever the posts: their sum, the 750.000 euros and what is left are 33.148.000 euros."""
    from bareme.conventions.agreement.answers import Place
    from bareme.conventions.agreement_2020.on_call.given import PostHeading
    from bareme.conventions.agreement_2020.on_call.report import on_call

    rows = [
        PostHeading(f"{post}-{line}", "rent", Decimal(cents).scaleb(-2), None, None, None, Place("posts", line))
        for line, (post, cents) in enumerate(given_amounts, start=2)
    ]
    report = on_call(systems_of(2020)["on_call"], rows)
    assert report.total is not None
    assert report.check.amount is not None
    assert report.total + Decimal("750000.00") + report.check.amount == Decimal("33148000.00")


def test_the_worked_case_adds_up_as_by_hand() -> None:
    """Ardenne 18.360 + 37.230,51 + 42.840 + 6.000 = 104.430,51; Canal 24.480 + 36.720 + 35.700 = 96.900.

    Corrected, the rent of Ardenne is 39.000: 106.200. 33.148.000 - 750.000 - 203.100 = 32.194.900.
    """
    folder = REPOSITORY / "examples" / "agreement_2020"
    report = (
        bareme.agreements[2020]
        .with_parameters(folder / "on-call-invented.toml")
        .on_call(
            folder / "on-call-posts.csv",
            corrections=folder / "on-call-corrections.csv",
            new=folder / "on-call-new.csv",
            extrapolate=True,
        )
    )
    assert [(one.post, one.amount, one.corrected) for one in report.posts] == [
        ("Ardenne", Decimal("104430.51"), Decimal("106200.00")),
        ("Canal", Decimal("96900.00"), Decimal("96900.00")),
    ]
    # 70 %: 73.101,357 and 67.830.
    assert report.first_instalments == Decimal("140931.36")
    assert report.check.amount == Decimal("32194900.00")
    assert [one.answer.result.value for one in report.new_initiatives] == ["yes", "no"]


def test_the_command_answers_and_its_code_tells_of_errors(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text(HEAD + "P-1,rent,100.00,,,\n")
    arguments = ("agreement", "2020", "on-call", "posts.csv")
    ran = bareme_here(*arguments, "--json", "--language", "fr", book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 0
    assert ran.json("agreement-on-call-1")["check"]["because"].startswith("Les postes reçoivent 102,00")
    ran = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert "all posts   102,00              71,40" in ran.out
    (tmp_path / "posts.csv").write_text(HEAD + "P-1,furniture,100.00,,,\n")
    ran = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 1
    assert "error   posts.csv, line 2: furniture is none of the headings" in ran.out
    ran = bareme_here(*arguments, "--corrections", "missing.csv", book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert (ran.code, "missing.csv is not a file" in ran.err) == (2, True)
