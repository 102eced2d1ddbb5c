"""The selective index of 2020 (4.1, annex a) as measures, applied to a small invented circular and checked by hand."""

from __future__ import annotations

import hashlib
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.circulars.model import Reading
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.budget.model import budget_table
from bareme.conventions.agreement_2020.indexation.measures import CATEGORIES, Index
from bareme.errors import InputError
from bareme.indexation.arithmetic import Expected, apply
from bareme.indexation.scope import Touch, touches
from bareme.indexation.wording import measure_words
from bareme.nomenclature.codes import Code, is_code
from invented import Invented, amount, line
from running import REPOSITORY, bareme_here

EXAMPLE = REPOSITORY / "examples" / "agreement_2020" / "scopes.toml"
CT = "458673-458684, 458850-458861, 457855-457866, 457870-457881, 457892-457903, 458835-458846"
EXCEPT = CT.replace("-", ", ")


def test_every_code_of_the_agreement_is_a_code(shared: Path) -> None:
    """Six digits in the prose and the annex, "458673-684" written out; amounts have dots and are no codes."""
    [path] = (shared / "agreements").glob("*.txt")
    text = re.sub(r"-\s+", "-", path.read_text(encoding="utf-8")).replace("458673-684", "458673-458684")
    codes = set(re.findall(r"(?<![\d.,])\d{6}(?![\d.,]\d|\d)", text))
    assert len(codes) == 20
    assert {code for code in codes if not is_code(code)} == set()
    scopes = systems_of(2020)["indexation"].parameters
    named = {code for pair in CT.split(", ") for code in pair.split("-")} | {"211223", "211245"}
    assert named <= codes
    assert ", ".join(scopes.texts("ct_brain_and_spine_scope")) == CT


def test_the_text_is_the_one_that_measures_name(shared: Path) -> None:
    parameters = systems_of(2020)["indexation"].parameters
    path = shared / "agreements" / parameters.text("document_name")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == parameters.text("document_sha256")


def test_the_rates_are_those_of_the_clause() -> None:
    """4.1, sentence by sentence; annex a) for the technical acts of article 3."""
    rates = {found.category.id: str(found.rate) for found in bareme.agreements[2020].indexation().categories}
    full = "consultations surveillance genetic_counselling oncology_meeting resuscitation breast_reconstruction"
    full += " complex_surgery biology_lump_sums outside_the_nomenclature"
    less = "technical_acts_of_article_3 clinical_biology imaging_consultancy special_acts surgery gynaecology"
    less += " anaesthesiology quality_control"
    assert rates == {
        **dict.fromkeys(full.split(), "1.95"),
        **dict.fromkeys(less.split(), "1.25"),
        **dict.fromkeys(("imaging", "imaging_lump_sums"), "1"),
        **dict.fromkeys(("ct_brain_and_spine", "articles_17ter_and_17quater", "practice_premium"), "None"),
        "low_variability": "None",
    }


@pytest.mark.parametrize(
    ("row", "part", "category"),
    [
        ("clinical_biology", "acts", "clinical_biology"),
        ("clinical_biology", "lump_sums_per_prescription", "biology_lump_sums"),
        ("imaging", "articles_17_and_17bis", "imaging"),
        ("imaging", "consultancy", "imaging_consultancy"),
        ("imaging", "lump_sums", "imaging_lump_sums"),
        ("imaging", "ct_brain_and_spine", "ct_brain_and_spine"),
        ("imaging", "articles_17ter_and_17quater", "articles_17ter_and_17quater"),
        ("consultations", "consultations", "consultations"),
        ("consultations", "technical_acts_of_article_3", "technical_acts_of_article_3"),
        ("special_acts", "acts", "special_acts"),
        ("special_acts", "counselling_and_oncology", "genetic_counselling"),
        ("special_acts", "counselling_and_oncology", "oncology_meeting"),
        ("special_acts", "counselling_and_oncology", "complex_surgery"),
        ("surgery", "acts", "surgery"),
        ("surgery", "anaesthesiology", "anaesthesiology"),
        ("surgery", "resuscitation", "resuscitation"),
        ("surgery", "conventions", "breast_reconstruction"),
        ("surgery", "conventions", "complex_surgery"),
        ("gynaecology", "acts", "gynaecology"),
        ("surveillance", "fees", "surveillance"),
        ("outside_the_nomenclature", "fees", "outside_the_nomenclature"),
        ("outside_the_nomenclature", "practice_premium", "practice_premium"),
        ("outside_the_nomenclature", "quality_control", "quality_control"),
    ],
)
def test_the_prose_and_the_annex_give_the_same_rates(row: str, part: str, category: str) -> None:
    found = budget_table(2020).row(row)
    assert found is not None
    [printed] = [own.rate for own in found.parts if own.id == part]
    [said] = [own.rate for own in bareme.agreements[2020].indexation().categories if own.category.id == category]
    assert printed == (said or Decimal(0))


def test_what_the_document_names_by_code_or_article_is_a_measure() -> None:
    assert [measure_words(measure) for measure in bareme.agreements[2020].measures()] == [
        "index +1,25 % on article 3",
        "index +1,95 % on 211223, 211245",
        f"index +1 % on article 17, except {EXCEPT}",
        f"index +1 % on article 17bis, except {EXCEPT}",
        f"no change on {CT}",
        "no change on article 17ter",
        "no change on article 17quater",
    ]


def test_every_measure_says_where_it_is_said() -> None:
    for measure in bareme.agreements[2020].measures():
        assert re.fullmatch(r"agreement of 2020, (4\.1|annex a\)|4\.1, annex a\))", measure.source.text or "")
        assert measure.rate is None or measure.rate.source == measure.source


def test_what_it_names_in_words_only_needs_its_scope() -> None:
    """The document gives neither codes nor an article for consultations, biology, surgery and the others."""
    found = {own.category.id: own for own in bareme.agreements[2020].indexation().categories}
    without = {ident for ident, own in found.items() if not own.measures} - {"low_variability"}
    assert len(without) == 17
    assert found["surgery"].answer.missing == ("surgery_scope",)
    assert "surgery_scope" in found["surgery"].answer.because["fr"]
    assert {ident for ident, own in found.items() if own.answer.missing} == without
    assert found["technical_acts_of_article_3"].answer.interpretations == ("article-3-technical-acts",)


def test_care_of_low_variability_follows_the_scheme() -> None:
    """3.1: its acts are indexed in the same way, so each as its own category; no rate, no act and nothing awaited."""
    [found] = [o for o in bareme.agreements[2020].indexation().categories if o.category.id == "low_variability"]
    assert (found.clause, found.rate, found.measures) == ("3.1", None, ())
    assert (found.answer.result, found.answer.missing, found.answer.clause) == ("yes", (), "3.1")
    data = {language: found.to_dict(language) for language in ("en", "fr")}
    assert [data["en"]["index"], data["en"]["label"]] == ["of_its_acts", "hospital care of low variability"]
    assert data["fr"]["label"] == "soins hospitaliers à basse variabilité"
    assert data["fr"]["answer"]["because"].startswith("soins hospitaliers à basse variabilité : même schéma")


def test_consultancy_lump_sums_are_named_as_open_until_their_codes_are_supplied() -> None:
    imaging = next(o for o in bareme.agreements[2020].indexation().categories if o.category.id == "imaging")
    assert "consultancy lump sums of imaging" in imaging.answer.because["en"]
    assert "forfaits de consultance en imagerie" in imaging.answer.because["fr"]
    told = bareme.agreements[2020].with_parameters({"indexation": {"imaging_consultancy_scope": ["990032-990043"]}})
    imaging = next(o for o in told.indexation().categories if o.category.id == "imaging")
    assert (
        imaging.answer.because["en"] == "medical imaging of articles 17 and 17bis: +1 % on article 17, article 17bis."
    )
    assert imaging.measures[0].excepted[-2:] == ("990032", "990043")


X = [{"letter": "X", "coefficient": "10", "value": "1.234567"}]


def toy(code: str, twin: str | None, title: str) -> Any:
    """A line of 10 X at 1,234567 (12,35) in a section with a title."""
    figures = [amount("10.35", "2.00")]
    return line(code, twin, "12.35", *figures, terms=X) | {"section": {"number": None, "title": title}}


def toy_reading() -> Reading:
    lines = (
        toy("990010", "990021", "Article 17, radiographies"),
        toy("990032", "990043", "Article 17 bis, échographies"),
        toy("458673", "458684", "Article 17, scanners"),
        toy("457870", None, "Article 17, scanners"),
        toy("990054", "990065", "Article 17 ter"),
        toy("991012", None, "Article 3, prestations techniques"),
        toy("211223", None, "Réanimation"),
        toy("991034", None, "Consultations"),
    )
    return Invented("2019/900", "2018-12-01", "2019-01-01", lines, series="doctors/acts/1").reading()


def applied(measures: Any) -> dict[str, Expected]:
    return {str(found.line.code): found for found in apply(toy_reading(), measures)}


def figures(found: Expected) -> tuple[str, str, str]:
    [value], [intervention] = found.values, found.interventions
    assert value is not None
    assert found.fee is not None
    assert intervention is not None
    return str(value.amount), str(found.fee.amount), str(intervention.amount)


def test_the_measures_applied_by_hand() -> None:
    """
    1 %      1,234567 x 1,01   = 1,24691267    -> 1,246913   x 10 = 12,46913  -> 12,47
    1,25 %   1,234567 x 1,0125 = 1,2499990875  -> 1,249999   x 10 = 12,49999  -> 12,50
    1,95 %   1,234567 x 1,0195 = 1,2586410565  -> 1,258641   x 10 = 12,58641  -> 12,59
    none     1,234567, 12,35
    The patient share of 2,00 stays.
    """
    found = {code: figures(line) for code, line in applied(bareme.agreements[2020].measures()).items()}
    one, unchanged = ("1.246913", "12.47", "10.47"), ("1.234567", "12.35", "10.35")
    assert found == {
        "990010": one,
        "990032": one,
        "458673": unchanged,
        "457870": unchanged,
        "990054": unchanged,
        "991012": ("1.249999", "12.50", "10.50"),
        "211223": ("1.258641", "12.59", "10.59"),
        "991034": unchanged,
    }


def test_supplied_scopes_become_measures_and_the_narrowest_wins() -> None:
    """Consultations by code at 1,95 %; of article 17 the consultancy lump sum 990010 at 1,25 % instead of 1 %."""
    scopes = {"consultations_scope": ["991034"], "imaging_consultancy_scope": ["990010-990021"]}
    found = applied(bareme.agreements[2020].with_parameters({"indexation": scopes}).measures())
    assert figures(found["991034"]) == ("1.258641", "12.59", "10.59")
    assert figures(found["990010"]) == ("1.249999", "12.50", "10.50")
    assert figures(found["990032"]) == ("1.246913", "12.47", "10.47")


def test_an_article_with_a_blank_before_its_addition_is_that_article() -> None:
    """17 ter is not indexed: a title that writes it with a blank must not be taken for article 17 (4.1)."""
    measures = {str(m.named): m for m in bareme.agreements[2020].measures() if m.scope == "article"}
    ter = next(own for own in toy_reading().lines if own.code == "990054")
    assert touches(measures["17"], ter) is Touch.NO
    assert touches(measures["17ter"], ter) is Touch.YES


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (["consultations"], "indexation.surgery_scope: 'consultations' is not a code, a pair such as"),
        (["458673-684"], "indexation.surgery_scope: '458673-684' is not a code, a pair"),
        (["211224"], "indexation.surgery_scope: '211224' is not a nomenclature code: its check digit is wrong"),
        (["article"], "'article' is not a code"),
    ],
)
def test_a_scope_that_is_none_is_refused(scope: list[str], message: str) -> None:
    told = bareme.agreements[2020].with_parameters({"indexation": {"surgery_scope": scope}})
    with pytest.raises(InputError, match=re.escape(message)):
        told.measures()


def test_an_act_in_two_scopes_with_another_index_is_refused() -> None:
    """211223 is indexed by 1,95 % (4.1), surgery by 1,25 %: no order of categories may decide."""
    agreement = bareme.agreements[2020]
    for name, scope in (("surgery_scope", ["211223"]), ("gynaecology_scope", ["article 17"])):
        with pytest.raises(InputError, match=r"stands in \w+_scope and in \w+_scope, whose index is not the same"):
            agreement.with_parameters({"indexation": {name: scope}}).measures()
    same = agreement.with_parameters({"indexation": {"surveillance_scope": ["211223"]}})
    assert figures(applied(same.measures())["211223"]) == ("1.258641", "12.59", "10.59")
    inside = {"clinical_biology_scope": ["990010", "990032"], "biology_lump_sums_scope": ["990032"]}
    found = applied(agreement.with_parameters({"indexation": inside}).measures())
    assert figures(found["990010"]) == ("1.249999", "12.50", "10.50")
    assert figures(found["990032"]) == ("1.258641", "12.59", "10.59")


def test_every_category_has_its_parameters() -> None:
    names = {entry.name for entry in systems_of(2020)["indexation"].parameters}
    wanted = {f"{own.id}_scope" for own in CATEGORIES if own.index is not Index.OF_ITS_ACTS}
    wanted |= {f"{own.id}_rate" for own in CATEGORIES if own.index is Index.RATE}
    assert names == wanted | {"low_variability_index", "index_from", "document_name", "document_sha256"}
    for own in CATEGORIES:
        assert set(own.but) <= {other.id for other in CATEGORIES}


def test_the_command(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    found = bareme_here("agreement", "2020", "indexation", "--json", book=book).json("agreement-indexation-1")
    assert found["from"] == "2020-01-01"
    [resuscitation] = [own for own in found["categories"] if own["id"] == "resuscitation"]
    assert resuscitation["rate"] == "1.95"
    assert resuscitation["measures"][0]["codes"] == [["211223"], ["211245"]]
    ran = bareme_here("agreement", "2020", "indexation", "--language", "fr", book=book)
    assert "articles 17ter et 17quater : pas d'index" in ran.out
    assert re.search(r"^catégorie +index +mesures +point$", ran.out, re.M)
    assert re.search(r"^soins hospitaliers à basse variabilité +celui de ses prestations +0 +3\.1$", ran.out, re.M)
    ran = bareme_here("agreement", "--parameters", str(EXAMPLE), "2020", "indexation", book=book)
    assert "index +1,95 % on 990010-990021, 990032-990043" in ran.out
    assert "index +1,25 % on section 2" in ran.out
    assert "consultations_scope" not in ran.out.rpartition("In words only")[2]
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["indexation"]


def test_pairs_are_pairs() -> None:
    [ct] = [m for m in bareme.agreements[2020].measures() if m.kind == "unchanged" and m.scope == "codes"]
    assert ct.codes[0] == (Code("458673"), Code("458684"))
    assert len(ct.codes) == 6
    assert all(len(pair) == 2 and pair[0].twin == pair[1] for pair in ct.codes)
