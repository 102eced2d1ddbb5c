"""Write docs/reference/ from the code: `python tools/reference.py`. A test fails when the two differ."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from bareme.audit import CHECKS
from bareme.book.intake import STATUSES
from bareme.circulars.findings import Severity
from bareme.circulars.series import declared_series
from bareme.cli.app import app
from bareme.conventions.capping import Window
from bareme.conventions.inputs import Input, declared_inputs
from bareme.conventions.loading import conventions
from bareme.conventions.model import Result, Rule
from bareme.exchange.bulk.verifying import WHYS
from bareme.exchange.views.declared import DUCKDB_TYPES, SQLITE_TYPES, View, declared_views
from bareme.nomenclature.facts import OLDEST, declared_facts
from bareme.nomenclature.interpretations import interpretations
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, REQUIRED, RULE_COLUMNS, TOTALS
from bareme.pricing.explain import REASONS
from bareme.schemas import schema, schema_names

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
WIDTH = 100
YEAR = "2020"
"""The agreement whose commands are shown."""
EXIT_CODES = {
    "0": "answered, whatever the outcome",
    "1": "findings of severity error, cases that do not hold, a broken hash chain, a result that was altered, "
    "or `--strict` not met",
    "2": "the input cannot be used: a file, an option, a date; the message on stderr says what to do",
}
WRITTEN_BY_PEOPLE = {
    "cases-1": "cases for `bareme test`",
    "facts-1": "facts that may decide an amount",
    "agreement-system-1": "the parameters of a system of an agreement",
    "agreement-words-1": "the sentences of a system of an agreement",
    "agreement-commitments-1": "the dated promises and facts of an agreement",
    "agreement-clauses-1": "the clauses of an agreement and what computes them",
    "agreement-budget-table-1": "the budget table of an agreement",
    "agreement-what-if-1": "changes to a budget table (`bareme budget YEAR --what-if`)",
    "convention-1": "a convention, and what of it is not applied",
    "parameters-1": "the dated parameters of a convention",
    "cumulation-rules-1": "rules of cumulation (`bareme agreement YEAR cumulation --rules`)",
    "rule-words-1": "the sentences of the answers of a convention's rules",
    "inputs-1": "what rules ask of an act",
    "columns-1": "what files of acts call their columns and values (`--columns`)",
    "priced-acts-1": "what a result was made with (metadata of Parquet, a file beside CSV)",
    "series-1": "series of circulars, with a pattern of the title for each language",
    "scenario-1": "a scenario of measures (`bareme simulate`)",
    "baskets-1": "typical patients and providers (`bareme simulate --baskets`)",
    "draft-words-1": "the words of drafts in one language",
    "vocabulary-1": "the words of one language that the reader knows",
    "views-1": "the views of a book and their columns",
    "catalogue-1": "the sentences of an explanation in one language",
    "interpretations-1": "the register of interpretations",
}


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def word(text: str) -> str:
    return f"`{text}`"


def page(title: str, *parts: str) -> str:
    made = "<!-- Made from the code by tools/reference.py. Change the code, then run it. -->"
    return "\n\n".join([f"# {title}", made, *(part.strip("\n") for part in parts)]) + "\n"


def meanings(kind: type[StrEnum]) -> dict[str, str]:
    """The members of an enum with the sentence that stands below each in the source."""
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    sentences = {}
    for member, below in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(member, ast.Assign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            [target] = member.targets
            assert isinstance(target, ast.Name)
            sentences[kind[target.id].value] = " ".join(str(below.value.value).split())
    return sentences


def listed(kind: type[StrEnum]) -> str:
    return table(["word", "meaning"], [[word(name), means] for name, means in meanings(kind).items()])


def worded(words: Mapping[str, str], header: str) -> str:
    return table([header, "meaning"], [[word(name), means] for name, means in words.items()])


def command_lines(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words, the program itself first."""
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from command_lines(command, (*path, name))


def help_text(path: tuple[str, ...]) -> str:
    """What `--help` prints, at a fixed width; of an agreement's commands with a year before them."""
    if path[:1] == ("agreement",) and len(path) > 1:
        path = (path[0], YEAR, *path[1:])
    ran = CliRunner().invoke(app, [*path, "--help"], prog_name="bareme", terminal_width=WIDTH, color=False)
    return "\n".join(line.rstrip() for line in ran.output.strip("\n").splitlines())


def commands() -> str:
    """docs/reference/commands.md."""
    parts = []
    for path, _ in command_lines(get_command(app)):
        name = " ".join(("bareme", *path))
        parts.append(
            f"## {name}\n\n<!-- help: {name} -->\n```text\n{help_text(path)}\n```\n<!-- end of help: {name} -->"
        )
    return page(
        "Commands",
        """
Every command, as `--help` prints it. Results go to standard output, messages to standard error, so that a redirection
such as `> price.json` leaves a clean file. With `--json`, one document gives an object and several an array; the
shapes are those of the [schemas](files.md#json-schemas).
""",
        "Every command ends with one of three exit codes:",
        worded(EXIT_CODES, "exit code"),
        *parts,
    )


def outcomes() -> str:
    """docs/reference/outcomes.md."""
    return page(
        "Outcomes and other words of an answer",
        """
Every act that is asked about gets an outcome. bareme never answers with a guess: where an amount is not published,
or where it needs to know more of the patient, it says so.
""",
        "## Outcome",
        "What became of the act. No act is without one.",
        listed(Outcome),
        "## Certainty",
        "How sure it is that the tariff is that of the date. Empty where no tariff is in force.",
        listed(Certainty),
        "## Reason",
        "One word for why there is no complete price: `reason_code` in JSON, the column `reason` in files.",
        worded(REASONS, "word"),
        "## Why a line changes",
        "One word of `bareme verify` for why a line of a result is not priced as it was.",
        worded(WHYS, "word"),
        "## Basis",
        "What one fee pays for. The quantity counts these.",
        listed(Basis),
        "## Kind of intervention",
        "What the amount called intervention is.",
        listed(InterventionKind),
        "## Situation",
        "The setting follows from the code; the regime is a fact about the patient.",
        table(
            ["word", "meaning"],
            [
                [
                    word(Setting.AMBULATORY),
                    "the patient is not in hospital; the code has an odd five-digit stem",
                ],
                [word(Setting.HOSPITAL), "the patient is in hospital; the code has an even five-digit stem"],
                [word(Regime.PREFERENTIAL), "the patient has the preferential regime (BIM)"],
                [word(Regime.ORDINARY), "the patient has not"],
            ],
        ),
        "## Severity of a finding",
        "How much a finding weighs; see [the checks](checks.md).",
        listed(Severity),
        "## Status of a loaded document",
        "What `bareme load` did with a document. `refused` and `empty` end with exit code 1.",
        worded(STATUSES, "status"),
    )


def facts() -> str:
    """docs/reference/facts.md."""
    rows = []
    for name, fact in declared_facts().items():
        values = f"a whole number from 0 to {OLDEST}" if fact.counts_years else ", ".join(map(word, fact.values))
        rows.append([word(name), fact.means, values, fact.reference])
    return page(
        "Facts",
        """
A fact is something about the patient, the provider or the act that can change an amount. A fact is only asked for
where it decides: a code that costs the same in both regimes needs no regime. Facts that do not matter are accepted
and ignored.
""",
        table(["fact", "question", "values", "seen in"], rows),
        """
On the command line, `--regime` and `--age` have options of their own; any other fact is given as `--fact
trainee=yes`. In Python they are parameters of `book.price`, and in a file of acts they are columns of the same
name.

The age may be given as a birth date instead (`--birth-date`, the column `birth_date`): it is the number of years
completed on the day of the act. An age and a birth date that disagree are refused.
""",
    )


def register() -> str:
    """docs/reference/interpretations.md."""
    parts = [
        f"""
## {entry.id}

{entry.text}

- Where the documents leave it open: {entry.clause}
- What it depends on: {entry.parameter}
- What else it could mean: {entry.alternatives}
"""
        for entry in interpretations().values()
    ]
    return page(
        "Interpretations",
        """
Where the circulars leave a choice, bareme makes one and says so here. Each price lists the interpretations that it
rests on, by the names below (`interpretations` in JSON).
""",
        *parts,
    )


def files() -> str:
    """docs/reference/files.md."""
    given = [
        [word("code"), "yes", "the nomenclature code or pseudocode, six digits"],
        [word("date"), "yes", "the day of the act, as 2026-03-01 (or a date column in Parquet)"],
        [word("birth_date"), "no", "the patient's birth date, instead of `age`"],
        [
            word("quantity"),
            "no",
            "how many units, a whole number; 1 where empty. Text such as 1.000 may be one or a thousand: it is invalid",
        ],
        *([word(name), "no", fact.means] for name, fact in declared_facts().items()),
    ]
    assert [row[0] for row in given[:2]] == list(map(word, REQUIRED))
    amounts = {**dict.fromkeys(CENTS, "DECIMAL(12,2)"), **dict.fromkeys(TOTALS, "DECIMAL(18,2)")}
    added = [[word(name), amounts.get(name, "text"), means] for name, means in OUTPUT_COLUMNS.items()]
    euro = dict.fromkeys(("payable_fee", "payable_intervention", "payable_patient_share"), "DECIMAL(18,2)")
    kinds = {**euro, "payable_units": "BIGINT"}
    ruled = [[word(name), kinds.get(name, "text"), means] for name, means in RULE_COLUMNS.items()]
    shapes = [[word(name), str(schema(name)["title"])] for name in schema_names() if name not in WRITTEN_BY_PEOPLE]
    return page(
        "Files",
        """
## Files of acts

`bareme price-file` takes CSV files (UTF-8, columns parted by commas, names in the first line; packed as `.csv.gz` too)
or Parquet files: one, a folder of them, or those that a pattern in quotation marks names, all with the same columns. It
writes one file: every line comes back once, in order, with its own columns first and the answer after them. It reads
these columns; any other column passes through untouched. Columns and values with names of their own are read with
`--columns`: `fr`, `nl`, or a TOML file of the form of those (schema `columns-1`).

Files are priced in pieces. A run that is stopped leaves a hidden folder beside the result; the same command goes on
where it was, and the result has the same bytes. The result has its name when it is whole. It says what it was made with
(schema `priced-acts-1`): a Parquet file in its metadata under `bareme`, a CSV file in `NAME.about.json` beside it.
From that `bareme explain` and `bareme verify` price it again; [acts.md](../acts.md) shows how.

`bareme verify --changes` writes a line for each line that changes: `line`, `code` and `date`, each column of the
answer as it stands in the result (`was_fee`) and as it is priced now (`now_fee`), and `why`.
""",
        table(["column", "needed", "holds"], given),
        """
An empty value means "not given". A column that is missing, that is nearly one of these names (`Regime`, `regimes`,
`cod`), or that has the name of an answer, is refused before anything is priced. A value that cannot be used costs
only its own line: the line gets the outcome `invalid_input` and the column is named in `invalid`.

The answer adds these columns. Amounts are exact: decimals in Parquet, `373.31` in CSV, empty where there is none.
""",
        table(["column", "type in Parquet", "holds"], added),
        "With `--rules` these follow ([conventions.md](../conventions.md)):",
        table(["column", "type in Parquet", "holds"], ruled),
        """
`bareme clawback` adds two columns to acts of genetic counselling: `clawback`, what the line bears of the recovery
(negative, empty where nothing), and `left_to_recover` after it.

## Documents

`bareme read` and `bareme load` take circulars as UTF-8 text: prose, headings that start with `#`, and tables whose
cells are parted by tabs. Their title tells the series, within which a circular replaces the one before it:
""",
        table(["series"], [[word(name)] for name in declared_series()]),
        """
## Files of cases

`bareme test` takes YAML files of cases: an act, why, and what is expected. Only the expected keys that are written
are compared; amounts are texts in quotation marks.

```yaml
schema: bareme/cases/1
cases:
  - act: {code: "726530", on: 2025-05-05, regime: ordinary, birth_date: 2001-05-06}
    because: the patient turns 24 the day after; under 24 pays nothing (circular 2024/356, 2.2.1)
    expect: {outcome: priced, fee: "89.59", intervention: "89.59", patient_share: "0.00"}
```

## JSON Schemas

Everything that `--json` prints has a schema (draft 2020-12). In Python, `bareme.schemas.schema("price-1")` gives
it. Amounts are texts with a point and two decimals, letter values with six, dates ISO; what is unknown or not
published is null, never 0.
""",
        table(["schema", "describes"], shapes),
        "So have the files that people write:",
        table(["schema", "describes"], [[word(name), means] for name, means in WRITTEN_BY_PEOPLE.items()]),
    )


def rules() -> str:
    """docs/reference/rules.md."""
    inputs = [[word(i.name), i.means, _values(i), i.reference] for i in declared_inputs().values()]
    parts = []
    for convention in conventions().values():
        rows = [
            [word(rule.id), _law(rule), ", ".join(sorted(rule.codes)), str(rule.period.start), rule.clause]
            for rule in convention.rules
        ]
        left = [[entry.says, entry.clause, entry.why] for entry in convention.left]
        parts += [
            f"## {convention.title}",
            f"{convention.reference}.",
            table(["rule", "what it says", "codes", "from", "stated in"], rows),
            "Not applied:",
            table(["what the documents say", "where", "why it is not applied"], left),
        ]
    return page(
        "Rules of conventions",
        """
What bareme applies beside tariffs, and what it does not; [conventions.md](../conventions.md) shows how. A rule never
changes a tariff: it answers `yes`, `no` or `needs_information`, and what is paid after it stands in `payable_...`.
""",
        "## Answers",
        listed(Result),
        "## How months are counted",
        listed(Window),
        "## What rules ask",
        table(["input", "what it is", "values", "seen in"], inputs),
        *parts,
    )


def _values(asked: Input) -> str:
    if asked.kind == "count":
        return f"a whole number from {asked.least} to {asked.most}"
    if asked.kind == "euro":
        return "an amount of at least 0, with at most two decimals"
    return ", ".join(map(word, asked.values)) or "any text"


def _law(rule: Rule) -> str:
    """The first sentence of a rule's docstring."""
    text = " ".join((rule.function.__doc__ or "").split())
    return text.partition("). ")[0].rstrip(".") + (")" if "). " in text else "")


def checks() -> str:
    """docs/reference/checks.md."""
    rows = [
        [
            f"[`{check.id}`](../checks/{check.id}.md)",
            check.severity.value,
            check.law,
            "yes" if check.doubts_line else "",
        ]
        for check in CHECKS.values()
    ]
    return page(
        "Checks",
        """
What must hold of a document, and what bareme calls it when it does not. A finding never changes a published figure.
A line with a finding of a check marked "not used" is kept out of the prices, because we are not sure that we read
what stands there.
""",
        table(["check", "severity", "what must hold", "not used"], rows),
    )


def columns(view: View) -> str:
    rows = [
        [
            word(column.name),
            DUCKDB_TYPES[column.type],
            column.unit or "",
            f"{word(column.sqlite_name)} {SQLITE_TYPES[column.type]}",
            column.means,
        ]
        for column in view.columns
    ]
    return table(["column", "type", "unit", "in SQLite", "holds"], rows)


def views() -> str:
    """docs/reference/views.md."""
    return page(
        "Views",
        """
What `bareme sql` and `book.sql` can be asked, and the tables of a file that `bareme book export` writes;
[sql.md](../sql.md) shows how. Names and meanings are those of `bareme sql --views`.

- The rows are those of the book as known on `--as-known-on` and recorded at `--as-recorded-at`; of a corrected circular
  the version known last.
- Views of lines have the columns `circular` and `line`, which join them: `JOIN lines USING (circular, line)`; terms,
  amounts and sources of one line also share `position`. A `line_id` is a name to show: a line with two codes has two.
- Amounts are exact: `DECIMAL(12,2)` in euro; letter values, coefficients and rates are `DECIMAL(18,6)`. What is
  unknown or not published is null, never 0.
- SQLite has no exact decimals. An exported file holds whole numbers there: cents (`fee_cents`) and millionths
  (`value_millionths`), exact and fit to be summed. Days and moments are ISO texts, true is 1, false 0.
- Rows come in the order of the ledger and of the document, `history` and `prices` by code. The same book gives the same
  rows.
""",
        table(
            ["view", "rows"],
            [[f"[{word(view.name)}](#{view.name})", view.means] for view in declared_views().values()],
        ),
        *(
            part
            for view in declared_views().values()
            for part in (f"## {view.name}", f"{view.means[0].upper()}{view.means[1:]}.", columns(view))
        ),
    )


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "outcomes.md": outcomes,
    "facts.md": facts,
    "interpretations.md": register,
    "files.md": files,
    "checks.md": checks,
    "rules.md": rules,
    "views.md": views,
}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")
