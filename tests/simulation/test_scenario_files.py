"""Scenario files: what can be written, what one takes from another, and what is said of files that cannot be used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bareme.errors import InputError
from bareme.schemas import schema
from bareme.simulation.measure_entries import NEEDS
from bareme.simulation.projecting import project
from bareme.simulation.scenario import KINDS, SCOPES
from bareme.simulation.scenario_files import read_scenario
from projected import HEAD, measure, scenario_of, view_of
from running import same_as_golden

GOLDEN = Path(__file__).parent / "golden"
INDEX = 'kind = "index"\nrate = "2.72"\n'
SERIES = 'on = 2026-12-31\nseries = ["doctors", "dentists"]\n'

BAD = {
    "a code that does not exist": measure(kind="index", rate="1", codes=["565015"]),
    "a code that is not in force": measure(kind="index", rate="1", codes=["101010", "565014"]),
    "a pair with a slip": measure(kind="index", rate="1", codes=["565014-565026"]),
    "a range upside down": measure(kind="index", rate="1", codes=["565132..565014"]),
    "on two scopes at once": measure(kind="index", rate="1", section="N.4", codes=["565493"]),
    "on no scope": measure(kind="index", rate="1"),
    "on a section that is not there": measure(kind="index", rate="1", section="N.9"),
    "on a series that is not there": measure(kind="index", rate="1", series="dentists"),
    "on an article that no title names": measure(kind="index", rate="1", article="25"),
    "others, where there are none": measure(kind="index", rate="1", all=True)
    + measure(kind="index", rate="2", others=True),
    "on two letters at once": measure(kind="letter_value_by_rate", rate="-10", letter="I", codes=["589676", "565014"]),
    "a letter that is not printed": measure(kind="letter_value_by_rate", rate="-10", letter="N", codes=["565493"]),
    "a letter on a line without one": measure(kind="letter_value_by_rate", rate="-10", letter="B", codes=["589750"]),
    "a coefficient that is not printed": measure(
        kind="fee_of_coefficient", coefficient_from=1250, coefficient_to=1200, codes=["565493"]
    ),
    "a coefficient where there is none": measure(
        kind="fee_of_coefficient", coefficient_from=10, coefficient_to=9, codes=["401376"]
    ),
    "a coefficient of nothing": measure(
        kind="fee_of_coefficient", coefficient_from=0, coefficient_to=9, codes=["565493"]
    ),
    "a key letter that is not there": measure(kind="index", rate="1", key_letters=["B", "N"]),
    "a key letter that no line of the section has": measure(kind="index", rate="1", section="N.4", key_letters=["I"]),
    "a value that a key letter does not have": measure(kind="index", rate="1", key_letters=["B=1.257532"]),
    "a key letter that is none": measure(kind="index", rate="1", key_letters=["N1300"]),
    "except a key letter that is not there": measure(kind="index", rate="1", all=True, except_key_letters=["K"]),
    "no key letter": measure(kind="index", rate="1", key_letters=[]),
    "a circular of a key letter": measure(kind="circular", circular="2025/336", key_letters=["B"]),
    "a rate from a day before all tariffs": measure(
        kind="index", rate="1", all=True, relative_to=date(2024, 6, 1), excepted=["726611"]
    ),
    "a rate from a day before the tariff of one code": measure(
        kind="index", rate="1", codes=["401376"], relative_to=date(2024, 6, 1)
    ),
    "a rate from a day after the baseline": measure(kind="index", rate="1", all=True, relative_to=date(2027, 6, 1)),
    "a fee that is set from a day": measure(kind="fee_set", amount="1", codes=["565014"], relative_to=date(2025, 6, 1)),
    "a rate of 272 percent": measure(kind="index", rate="272", all=True),
    "a rate with a comma": measure(kind="index", rate="2,72", all=True),
    "a rate as a floating-point number": '[[measure]]\nkind = "index"\nall = true\nrate = 2.72\n',
    "a rate that is a list": '[[measure]]\nkind = "index"\nall = true\nrate = [2]\n',
    "a share below nothing": measure(kind="share_rate", rate="-5", all=True),
    "a share of euro below nothing": measure(kind="share_set", amount="-5", all=True),
    "more applied before than the rate": measure(kind="index", rate="2", already="3", all=True),
    "a part that would divide by nothing": measure(kind="index", rate="2", already="-100", all=True),
    "a part that leaves nothing": measure(kind="index", rate="-100", already="-100", all=True),
    "two codes joined as a pair that they are not": measure(kind="index", rate="1", codes=["565014-565320"]),
    "except two codes joined as a pair that they are not": measure(
        kind="index", rate="1", all=True, excepted=["565014-565320"]
    ),
    "codes that are no list": '[[measure]]\nkind = "freeze"\ncodes = "565014"\n',
    "an amount of three decimals": measure(kind="fee_set", amount="12.505", codes=["565014"]),
    "a fee below nothing": measure(kind="fee_by_amount", amount="-400", codes=["565014"]),
    "no rate": measure(kind="index", all=True),
    "a figure too many": measure(kind="index", rate="1", amount="5", all=True),
    "a regime for an index": measure(kind="index", rate="1", regime="ordinary", all=True),
    "a regime that is none": measure(kind="share_rate", rate="1", regime="bim", all=True),
    "an unknown kind": measure(kind="indexx", rate="1", all=True),
    "no kind": measure(rate="1", all=True),
    "an unknown key": measure(kind="index", rate="1", al=True),
    "an id with blanks": measure(id="my index", kind="index", rate="1", all=True),
    "all that is not true": '[[measure]]\nkind = "index"\nrate = "1"\nall = false\n',
    "the fee of no code": measure(kind="fee_as", as_="12345", codes=["565014"]),
    "the fee of an act that is not in force": measure(kind="fee_as", as_="101010", codes=["565014"]),
    "the fee of an act without one": measure(kind="fee_as", as_="589794", codes=["565014"]),
    "except a code that is not there": measure(kind="index", rate="1", all=True, excepted=["101010"]),
    "except a code with a slip": measure(kind="index", rate="1", all=True, excepted=["565015"]),
    "except a name with a slip": measure(kind="index", rate="1", all=True, excepted=["N.44"]),
    "an unknown circular": measure(kind="circular", circular="2024/999"),
    "a circular of its own scope": measure(kind="circular", circular="2025/336", all=True),
    "before the scenario": measure(kind="index", rate="1", all=True, begins=date(2026, 7, 1)),
    "a day that is none": '[[measure]]\nkind = "index"\nrate = "1"\nall = true\nfrom = "2027-02-30"\n',
    "a freeze with a day": measure(kind="freeze", codes=["565014"], begins=date(2027, 7, 1)),
    "one code of a line that ends": measure(kind="ended", codes=["565025"]),
    "one id twice": measure(id="a", kind="index", rate="1", all=True) * 2,
    "a second measure, after a text that looks like one": 'title = """\n[[measure]]\n"""\n'
    + measure(kind="index", rate="1", all=True)
    + "# [[measure]]\n"
    + measure(kind="index", rate="1", section="N.9"),
}
FILES = {
    "an empty file": "",
    "not TOML": "schema = bareme",
    "another schema": 'schema = "bareme/scenario/2"\n',
    "no baseline": 'schema = "bareme/scenario/1"\nfrom = 2027-01-01\n',
    "a start on the day of the baseline": HEAD.replace("from = 2027-01-01", "from = 2026-12-31"),
    "a day with an hour": HEAD.replace("from = 2027-01-01", "from = 2027-01-01T00:00:00"),
    "a baseline before all tariffs": HEAD.replace("2026-12-31", "2019-12-31"),
    "a day that is a number": HEAD.replace("from = 2027-01-01", "from = 2027"),
    "an unknown series": HEAD.replace("on = 2026-12-31\n", SERIES),
    "a circular of another series": HEAD.replace("on = 2026-12-31\n", SERIES.replace(', "dentists"', "")).replace(
        "doctors", "mental-health"
    )
    + measure(kind="circular", circular="2025/336"),
    "a measure that is no list": HEAD.replace("from", "measure = 3\nfrom"),
    "a ceiling that is no amount": HEAD + '[ceilings]\nordinary = "eleven"\n',
    "a ceiling of no regime": HEAD + '[ceilings]\nbim = "11"\n',
    "a file that is not there": HEAD.replace("from", 'extends = "gone.toml"\nfrom'),
    "a ring": HEAD.replace("from", 'extends = "s.toml"\nfrom'),
    "the id of the scenario that it extends": HEAD.replace("from", 'extends = "base.toml"\nfrom')
    + measure(id="a", kind="index", rate="1", all=True),
}


def refused(folder: Path, text: str) -> str:
    path = folder / "s.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        project(read_scenario(path), view_of())
    return str(error.value).replace(f"{folder}/", "")


def test_what_is_said_of_bad_input(tmp_path: Path) -> None:
    """Every message names the file; of a measure its line too."""
    base = HEAD + measure(id="a", kind="index", rate="1", all=True)
    (tmp_path / "base.toml").write_text(base, encoding="utf-8")
    texts = {name: HEAD + text if not text.startswith("title") else _titled(text) for name, text in BAD.items()} | FILES
    messages = {name: refused(tmp_path, text) for name, text in texts.items()}
    same_as_golden("".join(f"{name}:\n  {said}\n" for name, said in messages.items()), GOLDEN / "messages.txt")
    for name, message in messages.items():
        assert message.startswith(
            "s" if name == "a baseline before all tariffs" or name == "an unknown series" else "s.toml"
        )
        assert name not in BAD or "s.toml, line " in message


def _titled(text: str) -> str:
    head, _, rest = text.partition('"""\n[[measure]]\n"""\n')
    return HEAD.replace("from", f'{head}"""\n[[measure]]\n"""\nfrom') + rest


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml"):
        read_scenario(tmp_path / "none.toml")


def test_the_schema_and_the_code_know_the_same(tmp_path: Path) -> None:
    properties = schema("scenario-1")["properties"]["measure"]["items"]["properties"]
    assert set(properties["kind"]["enum"]) == set(KINDS) == set(NEEDS)
    assert set(SCOPES) <= set(properties)


def test_a_whole_file(tmp_path: Path) -> None:
    text = (
        'schema = "bareme/scenario/1"\ntitle = "T"\nauthor = "A"\nreference = "R"\nfrom = "2027-01-01"\n'
        '[baseline]\non = 2026-12-31\nas_known_on = 2026-06-30\nseries = ["doctors"]\n[ceilings]\nordinary = "11"\n'
    )
    one = scenario_of(tmp_path, measure(id="a", title="Index", kind="index", rate="2.72", all=True), head=text)
    assert (one.name, one.title, one.author, one.reference) == ("s", "T", "A", "R")
    assert (one.start, one.on, one.as_known_on) == (date(2027, 1, 1), date(2026, 12, 31), date(2026, 6, 30))
    assert (one.series, one.ceilings) == (("doctors",), (("ordinary", Decimal("11.00")),))
    [step] = one.steps
    assert (step.id, step.title, step.start, step.source.line) == ("a", "Index", date(2027, 1, 1), 12)
    assert step.measure.rate is not None
    assert step.measure.rate.amount == Decimal("2.72")


def test_measures_without_an_id_are_counted(tmp_path: Path) -> None:
    """Those of the scenario that is extended first: no two have one name."""
    (tmp_path / "base.toml").write_text(HEAD + measure(kind="index", rate="1", all=True), encoding="utf-8")
    head = 'schema = "bareme/scenario/1"\nextends = "base.toml"\n'
    found = scenario_of(tmp_path, measure(kind="index", rate="2", all=True), head=head)
    assert [(step.id, step.source.name) for step in found.steps] == [
        ("measure-1", "base.toml"),
        ("measure-2", "s.toml"),
    ]


def test_what_a_scenario_takes_from_the_one_that_it_extends(tmp_path: Path) -> None:
    """Days, series and ceilings, each unless it says otherwise; its measures come after."""
    base = HEAD + 'series = ["doctors"]\n[ceilings]\nordinary = "11"\npreferential = "4"\n'
    base += measure(id="a", kind="index", rate="1", all=True)
    (tmp_path / "base.toml").write_text(base, encoding="utf-8")
    head = 'schema = "bareme/scenario/1"\nextends = "base.toml"\n[ceilings]\nordinary = "12"\n'
    found = scenario_of(tmp_path, measure(id="b", kind="index", rate="2", all=True), head=head)
    assert (found.start, found.on, found.series) == (date(2027, 1, 1), date(2026, 12, 31), ("doctors",))
    assert [step.id for step in found.steps] == ["a", "b"]
    assert found.ceilings == (("ordinary", Decimal("12.00")), ("preferential", Decimal("4.00")))


def test_measures_of_the_extended_scenario_begin_with_the_later_one(tmp_path: Path) -> None:
    """But a measure with a later day of its own keeps it."""
    base = HEAD + measure(id="a", kind="index", rate="1", all=True)
    base += measure(id="b", kind="index", rate="1", all=True, begins=date(2027, 10, 1))
    (tmp_path / "base.toml").write_text(base, encoding="utf-8")
    head = 'schema = "bareme/scenario/1"\nextends = "base.toml"\nfrom = 2027-07-01\n'
    found = scenario_of(tmp_path, head=head)
    assert {step.id: step.start for step in found.steps} == {"a": date(2027, 7, 1), "b": date(2027, 10, 1)}
    assert found.months == {"a": 6, "b": 3}


def test_a_ring_of_two_files_is_named(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.toml").write_text(
            HEAD.replace("from", f'extends = "{other}.toml"\nfrom'), encoding="utf-8"
        )
    with pytest.raises(InputError, match=r"ring: a\.toml > b\.toml > a\.toml"):
        read_scenario(tmp_path / "a.toml")


def test_a_chain_of_scenarios_may_not_be_endless(tmp_path: Path) -> None:
    for number in range(30):
        text = HEAD.replace("from", f'extends = "{number + 1}.toml"\nfrom') if number < 29 else HEAD
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_scenario(tmp_path / "0.toml")
    assert read_scenario(tmp_path / "15.toml").steps == ()


def test_the_hash_of_the_file_tells_one_version_from_another(tmp_path: Path) -> None:
    first = scenario_of(tmp_path, measure(kind="index", rate="1", all=True)).document
    assert first == scenario_of(tmp_path, measure(kind="index", rate="1", all=True)).document
    assert first != scenario_of(tmp_path, measure(kind="index", rate="2", all=True)).document


def test_a_share_above_the_fee_is_no_error_here(tmp_path: Path) -> None:
    """It is a warning of the simulation: every figure stands as the measure says."""
    scenario = scenario_of(tmp_path, measure(kind="share_set", amount="500", codes=["565014"]))
    [changed] = project(scenario, view_of()).changed
    shares = [amount.patient_share.amount for amount in changed.after.amounts if amount.patient_share]
    assert shares == [Decimal("0.00"), Decimal("500.00"), Decimal("0.00"), Decimal("0.00")]
