"""Circulars in German: their headings, columns and titles, and what each sentence of their prose means."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from bareme.book.intake import figures_of
from bareme.circulars.conditions import conditions_of
from bareme.circulars.dates import date_of
from bareme.circulars.documents.opening import open_document
from bareme.circulars.header import regime_of
from bareme.circulars.measures import Announced
from bareme.circulars.model import MEASURE_KINDS, MEASURE_SCOPES, Reading
from bareme.circulars.reading import read_document
from bareme.circulars.series import series_of
from bareme.circulars.vocabulary import vocabulary
from bareme.nomenclature.situations import Regime
from measured import Said, said, says, without_names
from written import checks, codes, interventions, terms, with_tabs
from written import read as read_text

TESTS = Path(__file__).parent.parent
EXAMPLES = TESTS.parent / "examples"
NUMBERS = ("2024-356", "2024-382", "2024-401", "2025-336")
WORDS = vocabulary("de")
HEAD = "Rundschreiben VT Nr. 2030/3 vom 20.12.2029\n\nAnwendbar ab dem 1. Januar 2030\n\n"
TABLES = """

## N. Untersuchungen

### 4. Molekulare Analysen

565014\t565025\t12,00

## O. Andere Untersuchungen

565036\t565040\t12,00

## 6. Vereinbarung mit den Zentren für Humangenetik : Beratung

565051\t565062\t12,00
"""
CONVENTION = "Vereinbarung mit den Zentren für Humangenetik"


def read(text: str) -> tuple[Reading, Announced]:
    document = open_document(("prose.txt", (HEAD + text.replace(" | ", "\n")).encode()))
    reading, structure = read_document(document)
    assert reading.circular.language == "de"
    return reading, structure.announced


SENTENCES: dict[str, list[Said]] = {
    # Index on all. The verb stands at the end.
    "Alle Leistungen werden um 2,72 % indexiert.": [says("index", "2,72 %")],
    "Sämtliche Tarife werden ab dem 1. Januar 2030 linear um 2,72 % indexiert.": [says("index", "2,72 %")],
    "Ab dem 1. Januar 2030 werden die ärztlichen Honorare um 3,22 % indexiert.": [says("index", "3,22 %")],
    "Die medizinischen Honorare werden zum 1. Januar linear um 3,22% indexiert.": [says("index", "3,22 %")],
    "Die Werte der Schlüsselbuchstaben werden um 2 % indexiert.": [says("index", "2 %")],
    "Eine Indexierung von 2 % der Honorare wird am 1. Januar angewandt.": [says("index", "2 %")],
    "Auf alle Honorare wird eine Indexierung von 2 % angewandt.": [says("index", "2 %")],
    "Die Tarife werden um 1,31 v. H. indexiert.": [says("index", "1,31 %")],
    "Die Honorare werden um -0,5 % indexiert.": [says("index", "-0,5 %")],
    "Gemäß dem Beschluss vom 2. Dezember 2029 werden die Tarife um 2 % indexiert.": [says("index", "2 %")],
    "Gemäss dem Beschluss vom 2. Dezember 2029 werden die Tarife um 2 % indexiert.": [says("index", "2 %")],
    "Die Tarife werden gemäß dem Beschluss vom 2. Dezember 2029 um 2 % indexiert.": [says("index", "2 %")],
    # The health index of the budget is not the rate, but it may be applied.
    "Unter Berücksichtigung eines Gesundheitsindex von 3,34 % werden die Honorare um 3,22 % indexiert.": [
        says("index", "3,22 %")
    ],
    "Der Gesundheitsindex von 2,72 % wird auf die Honorare angewandt.": [says("index", "2,72 %")],
    "Am 1. Januar werden die Honorare um den Gesundheitsindex von 0,79 % indexiert.": [says("index", "0,79 %")],
    "Auf der Grundlage des Gesundheitsindex werden die Honorare um 3,34 % indexiert.": [says("index", "3,34 %")],
    "Die Honorare werden um 2 % indexiert. Der Haushalt geht von einem Gesundheitsindex von 3,34 % aus.": [
        says("index", "2 %")
    ],
    "Da der Gesundheitsindex 3,34 % beträgt, werden die Honorare um 3,22 % indexiert.": [says("index", "3,22 %")],
    "Der Indexierungssatz der Tarife beträgt 2,72 %.": [says("index", "2,72 %")],
    # Exceptions, at the end, at the start and in the midst.
    "Die Honorare werden um 3,22 % indexiert, mit Ausnahme der Leistungen 565014-565025 und 565036-565040.": [
        says("index", "3,22 %", excepted="565014, 565025, 565036, 565040")
    ],
    "Die Honorare werden um 3,22 % indexiert, außer Abschnitt N, Artikel 25 und der Leistung 565051.": [
        says("index", "3,22 %", excepted="N, article 25, 565051")
    ],
    "Die Tarife werden um 2 % indexiert, mit Ausnahme der Leistungen der Vereinbarung mit den Zentren für "
    "Humangenetik, die um 3,34 % indexiert werden.": [
        says("index", "2 %", excepted=CONVENTION),
        says("index", "3,34 %", f"convention {CONVENTION}"),
    ],
    "Die Honorare werden um 2 % indexiert, mit Ausnahme derjenigen des Artikels 25 (3,34 %) und derjenigen des "
    "Abschnitts N (3,40 %).": [
        says("index", "2 %", excepted="article 25, N"),
        says("index", "3,34 %", "article 25"),
        says("index", "3,40 %", "section N"),
    ],
    "Die Honorare werden um 2 % indexiert, mit Ausnahme derjenigen des Abschnitts N, die nicht indexiert werden.": [
        says("index", "2 %", excepted="N"),
        says("unchanged", on="section N"),
    ],
    "Die Honorare werden um 2 % indexiert, mit Ausnahme von 565014-565025, deren Honorare auf 30,00 Euro festgesetzt "
    "werden.": [
        says("index", "2 %", excepted="565014, 565025"),
        says("fee_set", "30,00 euro", "565014-565025"),
    ],
    "Mit Ausnahme des Artikels 25 werden die Honorare um 2 % indexiert.": [says("index", "2 %", excepted="article 25")],
    "Ausgenommen Artikel 25 werden die Honorare um 2 % indexiert.": [says("index", "2 %", excepted="article 25")],
    "Die Honorare werden, mit Ausnahme derjenigen des Abschnitts N, um 2 % indexiert.": [
        says("index", "2 %", excepted="N")
    ],
    "Die Honorare werden mit Ausnahme des Artikels 25 um 2 % indexiert.": [says("index", "2 %", excepted="article 25")],
    "- die Honorare werden um 3,22 % indexiert, mit Ausnahme von | - den Leistungen 565014-565025; | - Artikel 25, der "
    "um 3,34 % indexiert wird; | - der Wert der Schlüsselbuchstaben der Leistungen 565036-565040 wird um 10 % "
    "gesenkt.": [
        says("index", "3,22 %", excepted="565014, 565025, article 25"),
        says("index", "3,34 %", "article 25"),
        says("letter_value_by_rate", "-10 %", "565036-565040"),
    ],
    "Die Honorare werden um 3 % indexiert, mit Ausnahme folgender: | - 565014-565025; | - Abschnitt O.": [
        says("index", "3 %", excepted="565014, 565025, O")
    ],
    # Index on some.
    "Die Leistungen des Abschnitts N werden um 2 % indexiert.": [says("index", "2 %", "section N")],
    "Die Leistungen der Tabelle 'N. 4. Molekulare Analysen' werden um 2 % indexiert.": [
        says("index", "2 %", "section N.4")
    ],
    "Die Leistungen des Kapitels „Molekulare Analysen“ werden um 2 % indexiert.": [says("index", "2 %", "section N.4")],
    "Die Leistungen des Kapitels »Molekulare Analysen« werden um 2 % indexiert.": [says("index", "2 %", "section N.4")],
    "Die Honorare für molekulare Analysen werden um 2 % indexiert.": [says("index", "2 %", "section N.4")],
    "Die Leistungen der Abschnitte N und O werden um 2 % indexiert.": [
        says("index", "2 %", "section N"),
        says("index", "2 %", "section O"),
    ],
    "Die Leistungen des Artikels 25 werden um 3,34 % indexiert.": [says("index", "3,34 %", "article 25")],
    "Die Honorare der Zahnärzte werden um 2 % indexiert.": [says("index", "2 %", "series dentists")],
    "Die Tarife der Kinesitherapeuten und der Krankenpfleger werden um 2 % indexiert.": [
        says("index", "2 %", "series physiotherapists"),
        says("index", "2 %", "series nurses"),
    ],
    "Infolge des Beschlusses der Nationalen Kommission Zahnärzte - Krankenkassen, gefasst in der Sitzung vom 15. "
    "Dezember 2029, werden die Tarife für zahnärztliche Leistungen ab dem 1. Januar 2030 linear um 1,577 % "
    "indexiert.": [says("index", "1,577 %", "series dentists")],
    "Die Leistungen der Vereinbarung mit den Zentren für Humangenetik werden um 3,34 % indexiert.": [
        says("index", "3,34 %", f"convention {CONVENTION}")
    ],
    "Die Leistungen 565014-565025 und 565036-040 werden um 2 % indexiert.": [
        says("index", "2 %", "565014-565025, 565036-565040")
    ],
    "Die anderen Leistungen werden um 1,5 % indexiert.": [says("index", "1,5 %", "others")],
    "Alle übrigen Tarife werden um 1,5 % indexiert.": [says("index", "1,5 %", "others")],
    "Die folgenden Leistungen werden um 2 % indexiert: | - 565014-565025; | - Artikel 25.": [
        says("index", "2 %", "565014-565025"),
        says("index", "2 %", "article 25"),
    ],
    "Die Tarife werden wie folgt indexiert: | - Abschnitt N: 2 %; | - andere Leistungen: 1 %.": [
        says("index", "2 %", "section N"),
        says("index", "1 %", "others"),
    ],
    # Two measures in one sentence, with one verb or two.
    "Die Honorare der Ärzte werden um 2 %, die der Zahnärzte um 3 % indexiert.": [
        says("index", "2 %", "series doctors"),
        says("index", "3 %", "series dentists"),
    ],
    "Während die Honorare der Zahnärzte unverändert bleiben, werden die der Ärzte um 2 % indexiert.": [
        says("unchanged", on="series dentists"),
        says("index", "2 %", "series doctors"),
    ],
    "Die Honorare werden um 3,22 % indexiert und die des Artikels 25 um 3,34 %.": [
        says("index", "3,22 %"),
        says("index", "3,34 %", "article 25"),
    ],
    "Die Honorare werden um 3,22 % und die des Artikels 25 um 3,34 % indexiert.": [
        says("index", "3,22 %"),
        says("index", "3,34 %", "article 25"),
    ],
    "Die Tarife werden um 2 % für Abschnitt N und um 3 % für Abschnitt O indexiert.": [
        says("index", "2 %", "section N"),
        says("index", "3 %", "section O"),
    ],
    "Die Leistungen des Artikels 25. | Die Honorare des Abschnitts N bleiben unverändert, die anderen Leistungen "
    "werden um 2 % indexiert.": [
        says("unchanged", on="section N"),
        says("index", "2 %", "others"),
    ],
    "Die Honorare von 565014-565025 werden um 10 % gesenkt, die von 565036-565040 um 5 %.": [
        says("fee_by_rate", "-10 %", "565014-565025"),
        says("fee_by_rate", "-5 %", "565036-565040"),
    ],
    "Die Honorare werden um 2 % indexiert, ausgenommen die des Artikels 25. Die Tarife des Artikels 25 steigen um "
    "1 %.": [
        says("index", "2 %", excepted="article 25"),
        says("fee_by_rate", "1 %", "article 25"),
    ],
    # Partial rates, and rates that count from an earlier day.
    "Die Honorare werden um 8,14 % indexiert, wovon 2 % bereits am 1. Juni 2022 angewandt wurden.": [
        says("index", "8,14 %", already="2")
    ],
    "Die Honorare werden um 3,34 % gegenüber den Tarifen vom 1. Januar 2023 indexiert.": [
        says("index", "3,34 %", since="2023-01-01")
    ],
    "Gegenüber den am 1. Jänner 2023 geltenden Tarifen werden die Honorare um 3,34 % indexiert.": [
        says("index", "3,34 %", since="2023-01-01")
    ],
    "Die Honorare werden im Vergleich zu den Tarifen vom 1. Januar 2022 um 8,14 % indexiert (davon 2 % bereits "
    "angewandt).": [says("index", "8,14 %", already="2", since="2022-01-01")],
    "Die Honorare werden um 2 % gegenüber den Tarifen vom 31. Dezember 2029 indexiert.": [says("index", "2 %")],
    # Letter values, fees, patient shares.
    "Der Wert des Schlüsselbuchstabens der Leistungen 565014-565025 wird um 5 % erhöht.": [
        says("letter_value_by_rate", "5 %", "565014-565025")
    ],
    "In der Tabelle 'N. 4. Molekulare Analysen' wurde der Wert des Schlüsselbuchstabens von 565014-565025 und "
    "565036-565040 so angepasst, dass die Honorare N1300 anstatt N1350 entsprechen.": [
        says("fee_of_coefficient", on="565014-565025, 565036-565040", instead="N1300 1350")
    ],
    "Der Wert des Schlüsselbuchstabens von 565014-565025 wird so angepasst, dass die Honorare um 400 € sinken.": [
        says("fee_by_amount", "-400 euro", "565014-565025")
    ],
    "Die Honorare der Leistungen 565014-565025 werden um 5 % erhöht.": [says("fee_by_rate", "5 %", "565014-565025")],
    "Die Tarife werden um 1,31 Prozent angehoben.": [says("fee_by_rate", "1,31 %")],
    "Das Honorar der Leistung 565014-565025 wird um 10,50 Euro gesenkt.": [
        says("fee_by_amount", "-10,50 euro", "565014-565025")
    ],
    "Das Honorar der Leistung 565014-565025 wird auf 400,00 Euro festgesetzt.": [
        says("fee_set", "400,00 euro", "565014-565025")
    ],
    "Das Honorar von 565014-565025 steigt von 27,06 € auf 27,25 €.": [says("fee_set", "27,25 euro", "565014-565025")],
    "Das Honorar von 565014 wird auf 30,00 Euro festgesetzt und das von 565036 auf 1.040,00 Euro.": [
        says("fee_set", "30,00 euro", "565014"),
        says("fee_set", "1040,00 euro", "565036"),
    ],
    "Die Eigenbeteiligung der Patienten wird auf 4,00 Euro festgesetzt.": [says("share_set", "4,00 euro")],
    "Der Eigenanteil wird auf 9,00 Euro festgesetzt.": [says("share_set", "9,00 euro")],
    "Der Eigenanteil der Leistungen 565014-565025 wird von 8,68 auf 9,00 Euro angehoben.": [
        says("share_set", "9,00 euro", "565014-565025")
    ],
    "Die Eigenbeteiligung für 565014-565025 beträgt künftig 9,00 Euro.": [
        says("share_set", "9,00 euro", "565014-565025")
    ],
    # What stays, comes and goes. A negation never becomes its opposite.
    "Die Tarife bleiben unverändert.": [says("unchanged")],
    "Die Tarife werden nicht indexiert.": [says("unchanged")],
    "Die Honorare des Artikels 25 werden nicht mehr indexiert.": [says("unchanged", on="article 25")],
    "Die Honorare der Leistungen 565014-565025 ändern sich nicht.": [says("unchanged", on="565014-565025")],
    "Gemäß dem Nationalen Abkommen werden die Tarife am 1. Januar 2030 nicht angepasst.": [says("unchanged")],
    "Die Leistungen des Artikels 25 sind von der Indexierung ausgenommen.": [says("unchanged", on="article 25")],
    "Die Honorare werden um 2 % indexiert. Diese Indexierung gilt nicht für Artikel 25.": [
        says("index", "2 %"),
        says("unchanged", on="article 25"),
    ],
    "Die Leistungen 565014-565025 und 565036-565040 werden hinzugefügt.": [
        says("added", on="565014-565025, 565036-565040")
    ],
    "Die neuen Leistungen 565014-565025 werden in die Nomenklatur eingefügt.": [says("added", on="565014-565025")],
    "Die Leistungen 565014-565025 werden gestrichen.": [says("ended", on="565014-565025")],
}
"""Sentences and what they mean. A bar parts paragraphs; the tables that follow are `TABLES`."""

UNKNOWN = (
    # Which lines?
    "Die Honorare für Leistungen während der Nacht werden um 2 % indexiert.",
    "Die Honorare über 100 Euro werden um 2 % indexiert.",
    "Die Kosten steigen um 2 %.",
    "Die Honorare bestimmter Leistungen werden um 2 % indexiert.",
    "Die Honorare der Hausbesuche werden um 2 % indexiert.",
    "Die Honorare der Hausärzte werden um 2 % indexiert.",
    "Die Honorare der molekularen Analysen werden um 2 % indexiert.",
    "Die Honorare von 565014-565025 und der Hausbesuche werden um 2 % indexiert.",
    "Die Honorare des Artikels 25, § 1, werden um 2 % indexiert.",
    "Die Honorare des Artikels 25 Absatz 1 werden um 2 % indexiert.",
    "Die Leistungen des Artikels 25 des Abschnitts N werden um 2 % indexiert.",
    "Die anderen Leistungen als 565014-565025 werden um 2 % indexiert.",
    "Alle Leistungen bis auf 565014-565025 werden um 2 % indexiert.",
    "Diese Leistungen werden um 2 % indexiert.",
    "Diese werden um 2 % indexiert.",
    "Die Honorare dieses Artikels werden um 2 % indexiert.",
    "Die Leistungen der Vereinbarung mit den Krankenhäusern werden um 3,34 % indexiert.",
    "Der Wert des Schlüsselbuchstabens N wird um 2 % gesenkt.",
    "Die Honorare der Leistungen 565014 bis 565062 werden um 2 % erhöht.",
    "Die Honorare von 565015 werden um 2 % erhöht.",
    "Die Honorare werden um 2,00 Euro erhöht.",
    "Die folgenden Leistungen werden um 2 % indexiert:",
    "Die folgenden Leistungen werden um 2 % indexiert: | - 565014-565025; | - die Nachtleistungen.",
    # Left out of what?
    "Die Honorare werden um 3,22 % indexiert, ausgenommen",
    "Die Honorare werden um 3,22 % indexiert, mit Ausnahme der Nachtleistungen.",
    "Die Honorare werden um 2 % indexiert, mit Ausnahme des Artikels 25 und der Nachtleistungen.",
    "Die Honorare werden um 2 % indexiert, die des Artikels 25 ausgenommen.",
    "Die Honorare werden, mit Ausnahme derjenigen des Artikels 25, die um 3,34 % indexiert werden, um 2,72 % "
    "indexiert.",
    "Mit Ausnahme der Leistungen des Artikels 25, die um 3,34 % indexiert werden, werden die Honorare um 2,72 % "
    "indexiert.",
    "Die Honorare werden um 2 % indexiert, mit Ausnahme des Artikels 25, mit Ausnahme der Leistung 565014.",
    "Die Honorare werden um 2 % indexiert, außer 565014-565025, und der Eigenanteil wird auf 9,00 Euro festgesetzt.",
    "Vorbehaltlich anderslautender Angaben werden die Honorare um 2 % indexiert.",
    "Sofern nichts anderes angegeben ist, werden die Honorare um 2 % indexiert.",
    "Die Honorare werden um 2 % indexiert, außer 565014-565025 bei ambulanter Behandlung.",
    "Die Honorare werden gemäß dem Beschluss für die Leistungen des Artikels 25 um 2 % indexiert.",
    # For whom, or when?
    "Der Eigenanteil der Begünstigten ohne Vorzugsregelung wird auf 9,00 Euro festgesetzt.",
    "Der Eigenanteil wird für Begünstigte der erhöhten Kostenerstattung auf 1 Euro und für die übrigen auf 6 Euro "
    "festgesetzt.",
    "Die Leistungen 565014-565025 werden (nur ambulant) um 2 % erhöht.",
    "Die Tarife werden ab dem 1. Juli 2030 um 2 % indexiert.",
    "Die Tarife werden 2030 um 2 % und 2031 um 3 % indexiert.",
    "Die Honorare werden um 2 % pro Jahr indexiert.",
    "Die Honorare wurden 2029 um 2 % indexiert.",
    "Die im Vorjahr um 2 % indexierten Honorare bleiben unverändert.",
    "Die am 1. Januar 2029 um 2 % indexierten Honorare werden um 3 % erhöht.",
    "Die Eigenbeteiligung der Patienten mit Vorzugsregelung wird auf 4,00 Euro festgesetzt.",
    # By how much?
    "Obwohl die Honorare um 2 % indexiert werden, bleiben die Honorare des Artikels 25 unverändert.",
    "Statt um 2 % werden die Honorare um 3 % indexiert.",
    "Der Eigenanteil wird um 1,00 Euro erhöht.",
    "Die Honorare werden um bis zu 2 % indexiert.",
    "Die Honorare werden indexiert.",
    "Die Honorare werden ab dem 1. Januar 2030 indexiert.",
    "Die Honorare werden indexiert. Der Satz beträgt 2 %.",
    "Die Honorare werden gemäß dem Abkommen indexiert, das einen Gesundheitsindex von 3,34 % vorsieht.",
    "Die Honorare werden um 2 % angepasst.",
    "Die Honorare werden auf 80 % der Referenzhonorare festgesetzt.",
    "Die Honorare werden um 2,72 % indexiert, nämlich 2 % für den Index und 0,72 % als Nachholung.",
    "Die Honorare werden um 2 % indexiert und um 10 % gesenkt.",
    "Die Honorare werden um 6,14 % indexiert (8,14 % abzüglich der bereits angewandten 2 %).",
    "Die Honorare der Leistungen 565014 und 565036 werden auf 30,00 und 40,00 Euro festgesetzt.",
    "Die Honorare werden bei 12,00 Euro beibehalten.",
    "Die Honorare werden um höchstens 2 % indexiert.",
    "Die Honorare werden um etwa 2 % indexiert.",
    "Die Honorare sollen um 2 % indexiert werden.",
    "Die Honorare der Leistungen 565014-565025 werden verdoppelt.",
    "Die Honorare der Leistungen 565014-565025 sind um 2 Prozentpunkte höher.",
    # Of what?
    "Die Beteiligungen der Versicherung werden um 2 % indexiert.",
    "Die Kostenerstattung wird um 2 % indexiert.",
    "Das Honorar und der Eigenanteil von 565014 werden auf 30,00 Euro festgesetzt.",
    "Der Wert des Schlüsselbuchstabens von 565014 wird auf 1,291737 Euro festgesetzt.",
    "Der Wert des Schlüsselbuchstabens von 565014 wird um 0,05 Euro gesenkt.",
    "Die Bezeichnung der Leistung 565014 wird gestrichen.",
    "Die Leistungen 565014-565025 werden gestrichen und durch 565036-565040 ersetzt.",
    "Die Leistungen 565014-565025 treten im Laufe von 2030 außer Kraft.",
    # What is denied?
    "Die Honorare werden nicht um 2 % indexiert.",
    "Die Leistungen werden um 2 % und nicht um 3 % indexiert.",
    "Die Indexierung um 2 % gilt nicht für Artikel 25.",
    "Die Honorare des Artikels 25 werden nicht gesenkt.",
    "Die Leistungen 565014-565025 werden nicht gestrichen.",
    "Die Honorare bleiben nicht unverändert.",
)
"""Sentences that look like a measure and must be reported; none of them makes a measure."""

SILENT = (
    "Dieser Haushalt berücksichtigt einen Gesundheitsindex von 3,34 % für die Gesundheitspflegeversicherung.",
    "Das Budget steigt um 2 %.",
    "Die Indexmasse 2030 (3,34 %) beläuft sich auf 53.394 Tausend Euro.",
    "Die Tarife werden ab dem 1. Januar 2030 wie folgt geändert:",
    "Die Eigenanteile bleiben unverändert.",
    "Im Anhang finden Sie die ab dem 1. Januar 2030 geltenden Tarife.",
    "Die Leistungen 565014-565025 können ab dem 1. Januar 2030 in Rechnung gestellt werden.",
    "Das Rundschreiben VT 2010/345 wird aufgehoben und durch dieses Rundschreiben ersetzt.",
)
"""Sentences that announce nothing, or only what holds without them."""


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items())
def test_what_a_sentence_means(text: str, expected: list[Said]) -> None:
    reading, announced = read(text + TABLES)
    assert [said(measure) for measure in reading.measures] == expected
    assert announced.not_understood == ()


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_understood_is_reported_and_no_measure(text: str) -> None:
    reading, announced = read(text + TABLES)
    assert reading.measures == ()
    assert announced.not_understood


@pytest.mark.parametrize("text", SILENT)
def test_what_announces_nothing_is_not_reported(text: str) -> None:
    assert read(text + TABLES)[1] == Announced((), ())


def test_all_kinds_and_scopes_are_read() -> None:
    measures = [measure for expected in SENTENCES.values() for measure in expected]
    assert {measure[0] for measure in measures} == set(MEASURE_KINDS)
    assert {measure[1] for measure in measures} == set(MEASURE_SCOPES)


RATES = [text for text, means in SENTENCES.items() if " | " not in text and any(m[4] is not None for m in means)]


@pytest.mark.parametrize("text", [text for text in RATES if ". D" not in text])
def test_no_rate_is_read_from_what_is_denied(text: str) -> None:
    reading, announced = read(f"Es trifft nicht zu, dass {text[0].lower()}{text[1:].rstrip('.')}.{TABLES}")
    assert [measure for measure in reading.measures if measure.rate is not None] == []
    assert announced.not_understood


@pytest.mark.parametrize("text", [text for text in RATES if len(SENTENCES[text]) == 1 and ". D" not in text])
def test_a_second_rate_is_never_left_unread(text: str) -> None:
    reading, announced = read(f"{text.rstrip('.')}, das heißt 7,77 % mehr.{TABLES}")
    assert announced.not_understood
    assert all(measure.rate is None or str(measure.rate.amount) != "7.77" for measure in reading.measures)


def test_what_a_profession_provides_is_all_in_a_circular_of_theirs() -> None:
    title = "**Tarife; Zahnärzte; 01-01-2030**\n\n"
    text = "Die zahnärztlichen Leistungen werden um 2 % indexiert."
    assert [said(measure) for measure in read(title + text)[0].measures] == [says("index", "2 %")]
    assert [said(measure) for measure in read(text)[0].measures] == [says("index", "2 %", "series dentists")]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_german_circular_says_what_the_french_and_the_dutch_ones_say(number: str) -> None:
    french, dutch, german = (
        read_document(open_document(path))[0]
        for path in (
            EXAMPLES / "circulars" / f"example-{number}.txt",
            TESTS / "data" / f"dutch-{number}.txt",
            TESTS / "data" / f"german-{number}.txt",
        )
    )
    assert german.circular.language == "de"
    for other in (french, dutch):
        assert [figures_of(line) for line in german.lines] == [figures_of(line) for line in other.lines]
        assert [line.section and line.section.number for line in german.lines] == [
            line.section and line.section.number for line in other.lines
        ]
        names = ("number", "issued_on", "effective_on", "reference", "kind", "series")
        assert [getattr(german.circular, n) for n in names] == [getattr(other.circular, n) for n in names]
        assert [i.rate.amount for i in german.circular.indices] == [i.rate.amount for i in other.circular.indices]
        assert len(german.circular.notes) == len(other.circular.notes)
        assert [without_names(measure) for measure in german.measures] == [without_names(m) for m in other.measures]
    assert all(
        measure.named in {line.convention for line in german.lines} for measure in german.measures if measure.named
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_german_circular_has_the_findings_of_the_dutch_one(number: str) -> None:
    dutch, german = (
        read_text((TESTS / "data" / f"{language}-{number}.txt").read_text(encoding="utf-8"))
        for language in ("dutch", "german")
    )
    assert checks(german) == checks(dutch)


@pytest.mark.parametrize("path", sorted((TESTS / "data").glob("dutch-*.txt")))
def test_dutch_documents_are_recognised(path: Path) -> None:
    assert read_document(open_document(path))[0].circular.language == "nl"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die Tarife der Leistungen werden angepasst."),
        ("de", "Im Anhang finden Sie die Honorare und die Eigenanteile."),
        ("nl", "De tarieven van de verstrekkingen worden aangepast."),
        ("nl", "De honoraria werden in 2029 aangepast."),
        ("fr", "Les honoraires des prestations sont adaptés."),
        ("fr", "Communauté germanophone : Ministerium der Deutschsprachigen Gemeinschaft ; tarifs et honoraires."),
    ],
)
def test_a_document_without_a_heading_has_the_language_of_its_words(language: str, text: str) -> None:
    assert read_document(open_document(("x.txt", text.encode())))[0].circular.language == language


@pytest.mark.parametrize(
    "heading",
    [
        "Rundschreiben VT Nr. 2025/336 vom 20.12.2025",
        "Rundschreiben V.T. Nr. 2025/336 vom 20. Dezember 2025",
        "Rundschreiben VA Nr 2025/336 vom 20-12-2025",
        "Rundschreiben VI Nr. 2025/336 vom 20/12/2025",
        "Rundschreiben Nr. 2025/336 vom 20.12.2025",
        "Rundschreiben OA no 2025/336 vom 20.12.2025",
        "Rundschreiben an die Versicherungsträger Nr. 2025/336 vom 20.12.2025",
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "Anwendbar ab dem 1. Januar 2026",
        "Anwendbar ab 01.01.2026",
        "Gültig ab 1/01/2026",
        "In Kraft ab dem 1. Jänner 2026",
        "Mit Wirkung vom 1. Januar 2026",
        "Inkrafttreten: 1. Januar 2026",
        "Anwendungsdatum: 01.01.2026",
        "Tritt am 1. Januar 2026 in Kraft.",
    ],
)
def test_what_a_heading_says(heading: str, line: str) -> None:
    title = "Tarife; Ärzte - medizinische Leistungen - Teil 7; 01-01-2026"
    reading, structure = read_document(open_document(("x.txt", f"{heading}\n\n{line}\n\n{title}\n".encode())))
    circular = reading.circular
    assert (circular.language, circular.number, circular.kind) == ("de", "2025/336", "circular")
    assert (circular.issued_on, circular.effective_on) == (date(2025, 12, 20), date(2026, 1, 1))
    assert structure.identity.effective_from == "line"
    assert circular.series == "doctors/medical-acts/7"


def test_a_paragraph_that_starts_with_a_day_is_no_effective_date_of_the_circular() -> None:
    text = "Mit Wirkung vom 1. Juli 2031 gilt ein anderes Rundschreiben.\n\nTarife; Zahnärzte; 1. Januar 2030"
    reading, structure = read_document(open_document(("x.txt", text.encode())))
    assert (reading.circular.effective_on, structure.identity.effective_from) == (date(2030, 1, 1), "title")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20. Dezember 2025", date(2025, 12, 20)),
        ("1. Januar 2026", date(2026, 1, 1)),
        ("1. Jänner 2026", date(2026, 1, 1)),
        ("1 März 2026", date(2026, 3, 1)),
        ("01.01.2026", date(2026, 1, 1)),
        ("31. Februar 2026", None),
        ("1. 01 2026", None),
        ("1. Brumaire 2026", None),
    ],
)
def test_a_day(text: str, expected: date | None) -> None:
    assert date_of(text, WORDS) == expected


def test_a_series_has_its_id_in_german() -> None:
    titles = {
        "Tarife; Ärzte - medizinische Leistungen - Teil 7; 01-01-2026": "doctors/medical-acts/7",
        "Tarife; Psychologische Betreuung der ersten Linie; 01-01-2026": "mental-health/psychological-care",
        "Tarife; Multidisziplinärer perinataler Behandlungspfad; 01-01-2026": "integrated-care/perinatal-pathway",
        "Tarife; erfundener Beruf - Leistungen - Teil 1; 01-01-2030": "toy/acts/1",
    }
    assert {title: series_of(title, "de") for title in titles} == titles


ROW = "990010 | - | Leistung | 16,10 | 14,10 | 12,10"
COLUMNS = [
    "Honorar | Beteiligung mit Vorzugsregelung | Beteiligung ohne Vorzugsregelung",
    "Honorar | Beteiligung der Versicherung mit Vorzugstarif | Beteiligung der Versicherung ohne Vorzugstarif",
    "Honorare (in Euro) | Erstattung EKE | Erstattung nicht-EKE",
    "Honorar pro Sitzung | Kostenerstattung BIM | Kostenerstattung nicht BIM",
    "Honorare | Beteiligung: Begünstigte der erhöhten Kostenerstattung | Beteiligung: gewöhnliche Begünstigte",
]
SHARES = [
    "Honorar | Beteiligung | Eigenanteil",
    "Honorar | Erstattung | Eigenbeteiligung des Patienten",
    "Honorar | Beteiligung der Krankenversicherung | Selbstbeteiligung",
    "Honorar | Kostenbeteiligung der Versicherung | persönlicher Anteil",
    "Honorar | Versicherungsbeteiligung | Anteil zu Lasten des Patienten",
    "Honorar | Beteiligung der Pflichtversicherung | Beteiligung des Patienten",
]
UNCLEAR = [
    "Honorar ambulant | Honorar stationär | Beteiligung",
    "Honorar | Beteiligung | Eigenanteil unter 10 Jahren",
    "Honorar akkreditierter Arzt | Beteiligung | Eigenanteil",
    "Honorar | Beteiligung teilstationär | Eigenanteil stationär",
]


def table(columns: str, row: str = ROW) -> Reading:
    return read_text(with_tabs(f"## 1. Leistungen\n\nNomenklaturnummer | | Bezeichnung | {columns}\n{row}"))


@pytest.mark.parametrize("columns", COLUMNS)
def test_columns_by_regime(columns: str) -> None:
    reading = table(columns)
    [line] = reading.lines
    assert [(a.regime, str(a.intervention and a.intervention.amount)) for a in line.amounts] == [
        (Regime.PREFERENTIAL, "14.10"),
        (Regime.ORDINARY, "12.10"),
    ]
    assert "columns_unclear" not in checks(reading)


@pytest.mark.parametrize("columns", SHARES)
def test_the_share_of_the_patient_is_not_that_of_the_insurance(columns: str) -> None:
    reading = table(columns, "990010 | - | Leistung | 16,10 | 14,10 | 2,00")
    [amount] = reading.lines[0].amounts
    assert amount.intervention is not None
    assert amount.patient_share is not None
    assert (str(amount.intervention.amount), str(amount.patient_share.amount)) == ("14.10", "2.00")
    assert checks(reading) == []


@pytest.mark.parametrize("columns", UNCLEAR)
def test_columns_that_cannot_be_told_apart(columns: str) -> None:
    assert "columns_unclear" in checks(table(columns))


def test_a_participation_that_may_be_of_either_side_is_not_used() -> None:
    reading = table("Honorar | Kostenbeteiligung", "990010 | - | Leistung | 16,10 | 14,10")
    assert reading.findings.errors
    assert all(amount.intervention is None for line in reading.lines for amount in line.amounts)


@pytest.mark.parametrize(
    "columns",
    [
        "Amb. Vorzug | Amb. gew. | Hosp. Vorzug | Hosp. gew.",
        "Ambulant mit Vorzugstarif | Ambulant ohne Vorzugstarif | Stationär mit Vorzug | Stationär ohne Vorzugstarif",
        "Erstattung ambulant EKE | Erstattung ambulant nicht-EKE | Erstattung stat. EKE | Erstattung stat. nicht-EKE",
    ],
)
def test_a_medical_table(columns: str) -> None:
    reading = read_text(
        with_tabs(
            f"Schlüsselbuchstabe | AMB | HOS | Koeff. | Honorare | {columns}\n"
            "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 16,10 | 14,10 | 16,10 | 15,10"
        )
    )
    [line] = reading.lines
    assert codes(line) == ("990010", "990021")
    assert terms(line) == [("X", "8", "2.012275")]
    assert interventions(line) == ["16.10", "14.10", "16.10", "15.10"]
    assert checks(reading) == []


def test_regimes() -> None:
    texts = {
        "Begünstigte mit Vorzugsregelung": Regime.PREFERENTIAL,
        "Begünstigte der erhöhten Beteiligung der Versicherung": Regime.PREFERENTIAL,
        "EKE": Regime.PREFERENTIAL,
        "ohne Vorzugsregelung": Regime.ORDINARY,
        "nicht-EKE": Regime.ORDINARY,
        "Eigenbeteiligung": None,
        "EKE und nicht-EKE": None,
    }
    assert {text: regime_of(text, WORDS) for text in texts} == texts


@pytest.mark.parametrize(
    ("title", "low", "high"),
    [
        ("Begünstigte ab dem Alter von 24 Jahren am Tag der Leistung", 24, None),
        ("Begünstigte im Alter von mindestens 24 Jahren", 24, None),
        ("Begünstigte ab dem vollendeten 24. Lebensjahr", 24, None),
        ("Begünstigte unter 24 Jahren", None, 24),
        ("Begünstigte, jünger als 24 Jahre", None, 24),
        ("Begünstigte bis zum 18. Geburtstag", None, 18),
        ("Begünstigte bis einschließlich 18 Jahre", None, 19),
        ("Personen über 65 Jahre", 66, None),
        ("Kinder zwischen 6 und 12 Jahren", 6, 13),
        ("Kinder von 6 bis 12 Jahren", 6, 13),
    ],
)
def test_ages_in_a_title(title: str, low: int | None, high: int | None) -> None:
    found = conditions_of([title], WORDS)
    assert (found.age_from, found.age_to, found.unclear) == (low, high, None)


@pytest.mark.parametrize(
    "title",
    [
        "Begünstigte bis 18 Jahre",
        "18-jährige Begünstigte",
        "Begünstigte ab 24 Jahren, außer Studenten",
        "Begünstigte nicht älter als 24 Jahre",
        "Kinder unter 6 Monaten",
        "Begünstigte mit medizinischer Akte",
    ],
)
def test_a_condition_that_is_not_understood(title: str) -> None:
    assert conditions_of([title], WORDS).unclear == title


LONG = 20_000
REPEATED = (
    *("um 2 %, und ", "Artikel 25, ", "„ ", "die ", ", die ", "den 1. Januar ", "1. ", "gemäß ", "davon 2 % bereits "),
    *(
        "gegenüber ",
        "wie ",
        "N1300 anstatt ",
        "mit Ausnahme ",
        "nicht ",
        "Gesundheitsindex ",
        "werden ",
        "haushalt",
        "x",
    ),
    *("nehmen ", "auf der Grundlage der ", "der Versicherung ", "für die Begünstigten "),
)


@pytest.mark.parametrize("words", REPEATED)
def test_a_line_of_twenty_thousand_characters(words: str) -> None:
    line = (words * (LONG // len(words) + 1))[:LONG]
    started = time.process_time()
    read(f"Die Honorare werden {line} um 2 % indexiert")
    assert time.process_time() - started < 10
