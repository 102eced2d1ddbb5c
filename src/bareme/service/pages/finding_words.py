"""Findings in the language of a page: what is wrong, with which figures, and what to do; grouped by check.

Titles, sentences and advice stand in the catalogues, by the check's id; a check without its words fails a test. What a
check says beyond that is in `WRITTEN_IN`, and pages show it marked so.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bareme.circulars.findings import Finding
from bareme.service.pages.languages import Words, catalogue

WRITTEN_IN = "en"
"""The language in which checks write their messages."""
NOTHING = "nothing"
"""What checks write where there is no figure."""
ADVISED: Mapping[str, tuple[str, ...]] = {
    "not_used": (
        "code_check_digit",
        "row_without_code",
        "duplicate_code",
        "amount_unreadable",
        "terms_unclear",
        "interventions_in_order",
        "shares_in_order",
        "header_missing",
        "columns_unclear",
        "code_blank",
        "code_alone",
        "row_width",
        "row_leftover",
        "effective_date_of_table",
        "condition_unclear",
        "session_note_missing",
    ),
    "figure": (
        "code_twin",
        "terms_incomplete",
        "fee_from_terms",
        "fee_from_intervention_and_share",
        "amount_blank",
        "fee_differs_by_age",
        "letter_value_slip",
        "share_of_siblings",
        "figure_without_sibling",
        "session_regimes_differ",
        "fee_of_neighbours",
        "twins_differ",
        "figure_unexplained",
        "figure_unannounced",
        "coefficient_moved",
        "share_moved",
        "letter_prints_clash",
        "line_not_compared",
    ),
    "know": (
        "no_amount_printed",
        "fee_alone",
        "letter_value_of_neighbours",
        "budget_table",
        "header_continued",
        "header_offset",
        "header_without_settings",
        "header_wording_differs",
        "columns_differ_between_tables",
        "hospital_code_blank",
        "row_shifted",
        "part_not_read",
        "encoding",
        "no_tariff",
        "effective_date_elsewhere",
        "retroactive",
        "section_numbering",
        "foreign_script",
        "name_differs",
        "footnote_in_label",
        "figure_unrounded",
        "figure_without_parent",
    ),
    "row": (
        "code_in_one_age_group",
        "code_missing_in_sequence",
        "row_without_cells",
        "label_of_sibling",
        "footnote_without_target",
        "footnote_without_mark",
        "act_without_line",
        "code_ended",
        "code_added",
    ),
    "row_end": ("row_ends_early",),
    "workbook": (
        "hidden_cells",
        "hidden_decimals",
        "formula_not_computed",
    ),
    "identity": (
        "circular_identity",
        "series_unknown",
    ),
    "dates": (
        "effective_dates_disagree",
        "issue_year",
    ),
    "later": ("reservation",),
    "measure": (
        "measure_not_understood",
        "measure_code_missing",
        "measure_letter",
        "rates_almost_equal",
        "rate_disagrees",
    ),
    "load_before": ("predecessor_missing",),
    "compared": (
        "predecessor_other_series",
        "predecessor_later",
        "predecessor_other_language",
        "predecessor_other_order",
    ),
    "held": (
        "circular_differs",
        "code_in_other_series",
        "corrigendum_covers_code",
    ),
}
"""What to do about the findings of each check: the keys of `check_advice`, and the checks that they are for."""
_ADVICE = {check: advice for advice, checks in ADVISED.items() for check in checks}


@dataclass(frozen=True, slots=True)
class Told:
    """One finding for a page: its figures in a sentence of the page's language, or each by its name.

    `message` is the check's own, in `WRITTEN_IN`; `place` is where it stands, for people.
    """

    finding: Finding
    detail: str | None
    figures: tuple[tuple[str, str], ...]
    place: str

    @property
    def message(self) -> str:
        """The check's own message."""
        return self.finding.message


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one check on a page: what is wrong, what to do; None where there are no words for the check."""

    check: str
    severity: str
    title: str | None
    advice: str | None
    findings: tuple[Told, ...]


def grouped(findings: Iterable[Finding], t: Words) -> list[Group]:
    """Findings by check, each check where its first one stands."""
    by_check: dict[tuple[str, str], list[Told]] = {}
    for finding in findings:
        by_check.setdefault((finding.check, finding.severity.value), []).append(told(finding, t))
    return [
        Group(check, severity, title_of(check, t), advice_of(check, t), tuple(found))
        for (check, severity), found in by_check.items()
    ]


def title_of(check: str, t: Words) -> str | None:
    """What is wrong, in a few words."""
    return t.of("checks", check, "") or None


def advice_of(check: str, t: Words) -> str | None:
    """What to do about it."""
    return t(f"check_advice.{_ADVICE[check]}") if check in _ADVICE else None


def told(finding: Finding, t: Words) -> Told:
    """A finding for a page."""
    values = {**finding.values, "code": finding.code or ""}
    pattern = t.of("check_details", finding.check, "")
    if pattern and _names(pattern) <= values.keys():
        return Told(finding, pattern.format(**values), (), _place(finding, t))
    names = _figure_names(t.language)
    named = [(name, value) for name, value in finding.values.items() if name in names and value not in ("", NOTHING)]
    return Told(finding, None, tuple((names[name], value) for name, value in named), _place(finding, t))


@cache
def _names(pattern: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(pattern) if name)


@cache
def _figure_names(language: str) -> Mapping[str, str]:
    section = "check_values."
    return {key.removeprefix(section): name for key, name in catalogue(language).items() if key.startswith(section)}


def _place(finding: Finding, t: Words) -> str:
    """Table and row, or the line of the text; nothing for what is said of the whole document."""
    source = finding.source
    if source.row is not None:
        return t("code.place", table=source.table, row=source.row)
    return "" if source.line is None else t("code.text_line", line=source.line)
