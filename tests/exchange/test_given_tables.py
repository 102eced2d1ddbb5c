"""Tables that people give: CSV as spreadsheets and editors write it, TOML; what is wrong in them is said by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.conventions.agreement.systems import System, systems_of
from bareme.errors import InputError
from bareme.exchange.agreements.given import Column, Given, entry_lines, read_table

SYSTEM: System = systems_of(2020)["conditions"]
COLUMNS = (
    Column("site"),
    Column("day", "choice", values=("monday", "tuesday")),
    Column("from", "time", needed=False),
    Column("fee", "euro", needed=False, least=0),
    Column("note", needed=False),
)


def read(tmp_path: Path, content: str | bytes, columns: tuple[Column, ...] = COLUMNS, name: str = "t.csv") -> Given:
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(tmp_path / name, columns, SYSTEM, "slot")


def lines(found: Given) -> list[tuple[int, str, str]]:
    return [(row.place.line, row["site"], row["day"]) for row in found.rows]


def said(found: Given, language: str = "en") -> list[str]:
    return [f"{f.place.line if f.place else ''}: {f.message[language]}" for f in found.findings]


@pytest.mark.parametrize(
    "content",
    [
        "site,day\nA,monday\nB,tuesday\n",
        "site;day\nA;monday\nB;tuesday\n",
        "\ufeffsite;day\r\nA;monday\r\nB;tuesday\r\n",
        # The line ends of old Macintosh files.
        "site,day\rA,monday\rB,tuesday\r",
        '"site","day"\n"A","monday"\n"B","tuesday"',
        " site , day \n A , monday \n B , tuesday \n",
        # A spreadsheet that was wider once.
        "site,day,,\nA,monday,,\nB,tuesday,,\n",
        "site,day\nA,monday,\nB,tuesday,,,\n",
    ],
)
def test_a_table_as_programs_write_it(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, content)
    assert lines(found) == [(2, "A", "monday"), (3, "B", "tuesday")]
    assert found.findings == ()


def test_blank_lines_and_quoted_line_ends_count_as_lines(tmp_path: Path) -> None:
    found = read(tmp_path, 'site,day,note\n\nA,monday,"one\ntwo"\n,,\n"B; C",tuesday,"he said ""no"""\n')
    assert lines(found) == [(3, "A", "monday"), (6, "B; C", "tuesday")]
    assert [row["note"] for row in found.rows] == ["one\ntwo", 'he said "no"']


def test_a_row_with_more_cells_than_the_header_is_a_finding_and_the_others_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, "site,day,fee\nA,monday,1,50\nB,tuesday,2.00\n")
    assert lines(found) == [(3, "B", "tuesday")]
    assert said(found) == ["2: this row has 4 cells, more than the header; it is not used."]
    assert said(found, "fr") == ["2: cette ligne a 4 cellules, plus que l'en-tête ; elle n'est pas utilisée."]


def test_a_zero_byte_is_no_text(tmp_path: Path) -> None:
    found = read(tmp_path, "site,day\n\x00,monday\nB,monday\n")
    assert lines(found) == [(3, "B", "monday")]
    assert said(found) == ["2: site: '\\x00' is not a text."]


def test_a_row_that_ends_early_has_blank_cells(tmp_path: Path) -> None:
    found = read(tmp_path, "site,fee,day\nA\nB,2.00,monday\n")
    assert lines(found) == [(3, "B", "monday")]
    assert said(found) == ["2: day is empty; it must be one of monday, tuesday."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"t\.csv has no column 'site' and no column 'day'"),
        (b"site,day\nh\xf4pital,monday\n", r"t\.csv is not UTF-8 text \(byte 11\); save it as UTF-8"),
        ("site,day\nA,monday\n".encode("utf-16"), r"is not UTF-8 text \(byte 1\)"),
        (b'site,day\nA,monday\nB,"monday\nC,monday\n', r"t\.csv, line 3: this row cannot be read"),
        (b'site,day\nA,monday\n"B"x,monday\n', r"t\.csv, line 3: this row cannot be read"),
        (b"site,site,day\n", r'has the column "site" twice'),
        (b"site,Day\n", r'has a column "Day"; did you mean "day"'),
        (b"site\tday\nA\tmonday\n", r'has a column "site\tday"'),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("column", "cell", "english", "french"),
    [
        (COLUMNS[1], "sonday", "one of monday, tuesday", "une de ces valeurs : monday, tuesday"),
        (Column("x", "yes_no"), "oui", "yes or no", "yes ou no"),
        (Column("x", "day"), "31/05/2020", "a day, such as 2020-05-31", "un jour comme 2020-05-31"),
        (Column("x", "day"), "2020-02-30", "a day, such as 2020-05-31", "un jour comme 2020-05-31"),
        (Column("x", "time"), "24:01", "a time of the day, such as 08:30", "une heure du jour comme 08:30"),
        # These were cut to 08:30 once.
        (Column("x", "time"), "08:300", "a time of the day, such as 08:30", "une heure du jour comme 08:30"),
        (Column("x", "time"), "08:30-12:00", "a time of the day, such as 08:30", "une heure du jour comme 08:30"),
        (Column("x", "count"), "-1", "a whole number, at least 0", "un nombre entier, 0 ou plus"),
        (Column("x", "count", least=1, most=99), "0", "a whole number from 1 to 99", "un nombre entier de 1 à 99"),
        (Column("x", "count", least=1, most=99), "100", "a whole number from 1 to 99", "un nombre entier de 1 à 99"),
        (Column("x", "number"), "1,5", "a number, such as 12.5", "un nombre comme 12.5"),
        (
            Column("x", "code"),
            "565015",
            "a nomenclature code of six digits, the last of which checks the others",
            "un numéro de code de la nomenclature : six chiffres, dont le dernier contrôle les autres",
        ),
        (Column("x", "euro"), "1,50", "an amount of euro, such as 1234.56", "un montant en euros comme 1234.56"),
        (Column("x", "euro"), "1" * 13, "an amount of euro, such as 1234.56", "un montant en euros comme 1234.56"),
        (
            Column("x", "euro", least=0),
            "-0.01",
            "an amount of euro, at least 0, such as 1234.56",
            "un montant en euros, 0 ou plus, comme 1234.56",
        ),
        (Column("x", "rate"), "2 %", "a rate in percent, such as 1.95", "un taux en pour cent comme 1.95"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_in_either_language(
    tmp_path: Path, column: Column, cell: str, english: str, french: str
) -> None:
    found = read(tmp_path, f'{column.name}\n"{cell}"\n', (column,))
    assert found.rows == ()
    assert said(found) == [f"2: {column.name}: '{cell}' is not {english}."]
    assert said(found, "fr") == [f"2: {column.name} : '{cell}' n'est pas {french}."]
    [finding] = found.findings
    assert finding.to_dict("en")["values"]["expected"] == english
    assert finding.to_dict("fr")["values"]["expected"] == french


def test_an_empty_cell_of_every_kind_is_told_in_either_language(tmp_path: Path) -> None:
    """Every kind that a column may have has its words."""
    kinds = ("text", "yes_no", "day", "time", "count", "number", "code", "euro", "rate")
    found = read(tmp_path, ",".join(kinds) + ",site\n,,,,,,,,,A\n", (*(Column(k, k) for k in kinds), Column("site")))
    assert len(said(found)) == len(kinds)
    assert said(found)[0] == "2: text is empty; it must be a text."
    assert said(found, "fr")[1] == "2: yes_no est vide ; il faut yes ou no."


def test_a_long_cell_is_shown_by_its_beginning(tmp_path: Path) -> None:
    found = read(tmp_path, f"site,day\nA,{'m' * 5000}\n")
    assert said(found)[0].startswith("2: day: 'mmm")
    assert "mmm... is not one of" in said(found)[0]
    assert len(said(found)[0]) < 150


def test_hours_may_have_seconds_which_are_dropped(tmp_path: Path) -> None:
    found = read(tmp_path, "site,day,from\nA,monday,8:05\nA,monday,08:05:59\nA,monday,24:00\n")
    assert [row["from"] for row in found.rows] == [485, 485, 1440]


TOML = '''# [[slot]] in a comment
[[slot]]
site = """
[[slot]]
"quoted""""
day = "monday"   # "[[slot]]

[[ slot ]]  # the second
site = \'\'\'
[[slot]]\'\'\'
day = "sunday"
note = '[[slot]] # "'

[[slot]]
site = "C # \\" [[slot]]"
day = "tuesday"
'''


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_entry_is_named_by_its_own_line(tmp_path: Path, end: str) -> None:
    found = read(tmp_path, TOML.replace("\n", end), name="t.toml")
    assert [(line, day) for line, _, day in lines(found)] == [(2, "monday"), (14, "tuesday")]
    assert said(found) == ["8: day: 'sunday' is not one of monday, tuesday."]


TEXTS = st.text(st.sampled_from(list("[]slot#'\"\\ \n=")), max_size=12)


@given(st.lists(TEXTS, max_size=5))
def test_no_text_is_taken_for_an_entry(texts: list[str]) -> None:
    """Whatever stands in a text, as TOML writes it, there are as many headers as entries."""
    written, at = "", []
    for text in texts:
        at.append(written.count("\n") + 1)
        plain = text.replace("\\", "\\\\").replace('"', '\\"')
        written += f'[[slot]]\nsite = """{plain}"""\n'
    assert list(entry_lines(written, "slot")) == at


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("slot = 1\n", r"slot must be \[\[slot\]\] entries"),
        ("[slots]\n", r"'slots' is not known here; give \[\[slot\]\] entries"),
        (
            '[[slot]]\nsite = "A"\n[[slot]]\ndays = "monday"\n',
            r't\.toml, line 3 has a column "days"; did you mean "day"',
        ),
        ('[[slot]]\nsite = "A"\nday = "monday"\nfee = 1.5\n', r'1\.5 is a floating-point number.*"1\.5"'),
        ("[[slot]]\nfee = inf\n", r"inf is a floating-point number"),
        ("[[slot]]\nsite = \n", r"cannot be read: Invalid value"),
        ("[[slot]]\nsite = " + "[" * 5000, r"cannot be read"),
    ],
)
def test_toml_that_is_none_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, content, name="t.toml")
    with pytest.raises(InputError, match=r"is not UTF-8 text"):
        read(tmp_path, b'[[slot]]\nsite = "\xe9"\n', name="t.toml")


@pytest.mark.parametrize("value", ["[1, [2]]", "{ a = 1 }", "0x" + "f" * 6000, "2020-03-02T09:00:00", "true"])
def test_a_toml_value_of_another_kind_is_a_finding(tmp_path: Path, value: str) -> None:
    columns = tuple(Column(kind, kind, needed=False) for kind in ("day", "time", "count", "number", "code", "euro"))
    for column in columns:
        found = read(tmp_path, f"[[slot]]\n{column.name} = {value}\n", columns, "t.toml")
        assert (len(found.rows), len(found.findings)) == (0, 1), column.name


def test_one_text_means_one_thing_in_each_column(tmp_path: Path) -> None:
    """A cell that was read is not read again; in another column, or as a value of TOML, it may mean something else."""
    columns = (Column("count", "count"), Column("flag", "yes_no", needed=False), Column("note", needed=False))
    found = read(tmp_path, "count,note,flag\n1,1,yes\n1,1,1\n1,yes,no\n", columns)
    assert [dict(row.values) for row in found.rows] == [
        {"count": 1, "flag": True, "note": "1"},
        {"count": 1, "flag": False, "note": "yes"},
    ]
    found = read(tmp_path, "[[slot]]\ncount = 1\nflag = true\n[[slot]]\ncount = true\n", columns, "t.toml")
    assert [(row["count"], row["flag"]) for row in found.rows] == [(1, True)]
    assert said(found) == ["4: count: 'True' is not a whole number, at least 0."]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("day", "2020-02-29", date(2020, 2, 29)),
        ("euro", " 12.5 ", Decimal("12.50")),
        ("count", "007", 7),
        ("number", "-0.5", Decimal("-0.5")),
        ("code", "565014", "565014"),
    ],
)
def test_values_are_read_exactly(tmp_path: Path, kind: str, cell: str, value: Any) -> None:
    [row] = read(tmp_path, f"x\n{cell}\n", (Column("x", kind),)).rows
    assert row["x"] == value
