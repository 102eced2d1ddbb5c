"""The measures that prose announces, in French and in Dutch: what each sentence means, and which are not understood."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bareme.book.intake import figures_of
from bareme.circulars.documents.opening import open_document
from bareme.circulars.measures import Announced
from bareme.circulars.model import MEASURE_KINDS, MEASURE_SCOPES, Measure, Reading
from bareme.circulars.reading import read_document
from bareme.circulars.series import series_of
from bareme.circulars.sources import Figure, Source
from bareme.circulars.vocabulary import LANGUAGES, vocabulary
from bareme.indexation.wording import measure_words
from bareme.nomenclature.codes import Code
from measured import Said, said, says, without_names

TESTS = Path(__file__).parent.parent
EXAMPLES = TESTS.parent / "examples"
NUMBERS = ("2024-356", "2024-382", "2024-401", "2025-336")
HEADS = {
    "fr": "Circulaire OA no 2030/3 du 20-12-2029\n\nApplicable à partir de 1/01/2030\n\n",
    "nl": "Omzendbrief VI nr. 2030/3 van 20-12-2029\n\nVan toepassing vanaf 1/01/2030\n\n",
    "de": "Rundschreiben VT Nr. 2030/3 vom 20.12.2029\n\nAnwendbar ab dem 1. Januar 2030\n\n",
}
TABLES = """

## N. Examens

### 4. Analyses moléculaires

565014\t565025\t12,00

## O. Autres examens

565036\t565040\t12,00

## 6. Convention des centres de génétique : conseil

565051\t565062\t12,00
"""
TABELLEN = """

## N. Onderzoeken

### 4. Moleculaire analyses

565014\t565025\t12,00

## 6. Overeenkomst met de centra voor erfelijkheid : advies

565051\t565062\t12,00
"""


def read(text: str, language: str = "fr") -> tuple[Reading, Announced]:
    document = open_document(("prose.txt", (HEADS[language] + text.replace(" | ", "\n")).encode()))
    reading, structure = read_document(document)
    assert reading.circular.language == language
    return reading, structure.announced


FRENCH: dict[str, list[Said]] = {
    # Index on all.
    "tous les actes seront indexés de 1,85%.": [says("index", "1,85 %")],
    "L'ensemble des tarifs est indexé linéairement de 2,72 % à partir du 1er janvier 2030.": [says("index", "2,72 %")],
    "Les tarifs des actes médicaux seront indexés de 4,15 %.": [says("index", "4,15 %")],
    "Les valeurs des lettres-clés sont indexées de 2 %.": [says("index", "2 %")],
    "Une indexation de 2 % des honoraires est appliquée au 1er janvier.": [says("index", "2 %")],
    "Conformément à la décision du 2 décembre 2029, les tarifs sont indexés de 2 %.": [says("index", "2 %")],
    "Les honoraires sont indexés de -0,5 %.": [says("index", "-0,5 %")],
    # The health index of the budget is not the rate, but it may be applied.
    "Compte tenu d'un indice santé de 4,20 %, les honoraires sont indexés de 4,15 %.": [says("index", "4,15 %")],
    "L'indice santé de 2,72 % est appliqué aux honoraires.": [says("index", "2,72 %")],
    "Les honoraires sont indexés de 2 %. Le budget prévoit un indice santé de 4,20 %.": [says("index", "2 %")],
    # Exceptions.
    "Les honoraires sont indexés de 3,22 %, excepté les prestations 565014-565025 et 565036-565040.": [
        says("index", "3,22 %", excepted="565014, 565025, 565036, 565040")
    ],
    "Les honoraires sont indexés de 3,22 %, sauf la section N, l'article 25 et la prestation 565051.": [
        says("index", "3,22 %", excepted="N, article 25, 565051")
    ],
    "Les tarifs sont indexés de 2 %, à l'exception de la convention des centres de génétique, indexée de 3,34 %.": [
        says("index", "2 %", excepted="Convention des centres de génétique"),
        says("index", "3,34 %", "convention Convention des centres de génétique"),
    ],
    "Les honoraires sont indexés de 2 %, sauf ceux de l'article 25 (3,34 %) et ceux de la section N (3,40 %).": [
        says("index", "2 %", excepted="article 25, N"),
        says("index", "3,34 %", "article 25"),
        says("index", "3,40 %", "section N"),
    ],
    "Les honoraires sont indexés de 2 %, sauf ceux de la section N, qui ne le sont pas.": [
        says("index", "2 %", excepted="N"),
        says("unchanged", on="section N"),
    ],
    "Les honoraires sont indexés de 2 %, sauf 565014-565025 dont les honoraires sont portés à 30,00 euros.": [
        says("index", "2 %", excepted="565014, 565025"),
        says("fee_set", "30,00 euro", "565014-565025"),
    ],
    "À l'exception de l'article 25, les honoraires sont indexés de 2 %.": [says("index", "2 %", excepted="article 25")],
    "Les honoraires, à l'exception de ceux de la section N, sont indexés de 2 %.": [says("index", "2 %", excepted="N")],
    "- les honoraires sont indexés de 3,22 %, excepté | - les prestations 565014-565025 ; | - l'article 25, qui est "
    "indexé de 3,34 % ; | - la valeur de la lettre-clé des prestations 565036-565040 est diminuée de 10 %.": [
        says("index", "3,22 %", excepted="565014, 565025, article 25"),
        says("index", "3,34 %", "article 25"),
        says("letter_value_by_rate", "-10 %", "565036-565040"),
    ],
    "Les honoraires sont indexés de 3 %, à l'exception de ce qui suit : | - 565014-565025 ; | - la section O.": [
        says("index", "3 %", excepted="565014, 565025, O")
    ],
    # Index on some.
    "Les prestations de la section N sont indexées de 2 %.": [says("index", "2 %", "section N")],
    "Les prestations du tableau 'N. 4. Analyses moléculaires' sont indexées de 2 %.": [
        says("index", "2 %", "section N.4")
    ],
    "Les prestations du chapitre « Analyses moléculaires » sont indexées de 2 %.": [
        says("index", "2 %", "section N.4")
    ],
    "Les honoraires des analyses moléculaires sont indexés de 2 %.": [says("index", "2 %", "section N.4")],
    "Les prestations des sections N et O sont indexées de 2 %.": [
        says("index", "2 %", "section N"),
        says("index", "2 %", "section O"),
    ],
    "Les prestations de l'article 25 sont indexées de 3,34 %.": [says("index", "3,34 %", "article 25")],
    "Les honoraires des dentistes sont indexés de 2 %.": [says("index", "2 %", "series dentists")],
    "Les tarifs des kinésithérapeutes et des infirmiers sont indexés de 2 %.": [
        says("index", "2 %", "series physiotherapists"),
        says("index", "2 %", "series nurses"),
    ],
    "Les prestations de la convention des centres de génétique sont indexées de 3,34 %.": [
        says("index", "3,34 %", "convention Convention des centres de génétique")
    ],
    "Les prestations 565014-565025 et 565036-040 sont indexées de 2 %.": [
        says("index", "2 %", "565014-565025, 565036-565040")
    ],
    "Les autres prestations sont indexées de 1,5 %.": [says("index", "1,5 %", "others")],
    "Les prestations suivantes sont indexées de 2 % : | - 565014-565025 ; | - l'article 25.": [
        says("index", "2 %", "565014-565025"),
        says("index", "2 %", "article 25"),
    ],
    "Les tarifs sont indexés comme suit : | - section N : 2 % ; | - autres prestations : 1 %.": [
        says("index", "2 %", "section N"),
        says("index", "1 %", "others"),
    ],
    # Two measures in one sentence.
    "Les honoraires sont indexés de 3,22 %, et ceux de l'article 25 de 3,34 %.": [
        says("index", "3,22 %"),
        says("index", "3,34 %", "article 25"),
    ],
    "Les tarifs sont indexés de 2 % pour la section N et de 3 % pour la section O.": [
        says("index", "2 %", "section N"),
        says("index", "3 %", "section O"),
    ],
    "Les honoraires de la section N restent inchangés, les autres prestations sont indexées de 2 %.": [
        says("unchanged", on="section N"),
        says("index", "2 %", "others"),
    ],
    "Les honoraires de 565014-565025 sont diminués de 10 %, ceux de 565036-565040 de 5 %.": [
        says("fee_by_rate", "-10 %", "565014-565025"),
        says("fee_by_rate", "-5 %", "565036-565040"),
    ],
    # Partial rates, and rates that count from an earlier day.
    "Les honoraires sont indexés de 8,14 %, dont 2 % ont déjà été appliqués au 1er juin 2022.": [
        says("index", "8,14 %", already="2")
    ],
    "Les honoraires sont indexés de 3,34 % par rapport aux tarifs du 1er janvier 2023.": [
        says("index", "3,34 %", since="2023-01-01")
    ],
    "Les honoraires sont indexés de 8,14 % par rapport aux tarifs du 1er janvier 2022 (dont 2 % déjà appliqués).": [
        says("index", "8,14 %", already="2", since="2022-01-01")
    ],
    "Les honoraires sont indexés de 2 % par rapport aux tarifs du 31 décembre 2029.": [says("index", "2 %")],
    # Letter values, fees, patient shares.
    "La valeur de la lettre-clé des prestations 565014-565025 est augmentée de 5 %.": [
        says("letter_value_by_rate", "5 %", "565014-565025")
    ],
    "La valeur de la lettre-clé de 565014-565025 et 565036-565040, qui figurent au tableau 'N. 4. Analyses "
    "moléculaires', est adaptée : les honoraires sont désormais ceux de N700 au lieu de N750.": [
        says("fee_of_coefficient", on="565014-565025, 565036-565040", instead="N700 750")
    ],
    "La valeur de la lettre-clé de 565014-565025 est revue afin de diminuer les honoraires de 250€.": [
        says("fee_by_amount", "-250 euro", "565014-565025")
    ],
    "Les honoraires des prestations 565014-565025 sont augmentés de 5 %.": [
        says("fee_by_rate", "5 %", "565014-565025")
    ],
    "Les tarifs sont majorés de 1,31 p.c.": [says("fee_by_rate", "1,31 %")],
    "Les honoraires de la prestation 565014-565025 sont réduits de 10,50 euros.": [
        says("fee_by_amount", "-10,50 euro", "565014-565025")
    ],
    "Les honoraires de la prestation 565014-565025 sont portés à 400,00 euros.": [
        says("fee_set", "400,00 euro", "565014-565025")
    ],
    "Les honoraires de 565014-565025 augmentent de 27,06 € à 27,25 €.": [
        says("fee_set", "27,25 euro", "565014-565025")
    ],
    "Les honoraires de 565014 sont fixés à 30,00 euros et ceux de 565036 à 1.040,00 euros.": [
        says("fee_set", "30,00 euro", "565014"),
        says("fee_set", "1040,00 euro", "565036"),
    ],
    "Le ticket modérateur est fixé à 9,00 euros.": [says("share_set", "9,00 euro")],
    "Le ticket modérateur des prestations 565014-565025 est porté de 8,68 à 9,00 euros.": [
        says("share_set", "9,00 euro", "565014-565025")
    ],
    # What stays, comes and goes. A negation never becomes its opposite.
    "Les tarifs restent inchangés.": [says("unchanged")],
    "Les tarifs ne sont pas indexés.": [says("unchanged")],
    "Les honoraires de l'article 25 ne sont plus indexés.": [says("unchanged", on="article 25")],
    "Les honoraires des prestations 565014-565025 ne sont pas modifiés.": [says("unchanged", on="565014-565025")],
    "Les honoraires sont indexés de 2 %. Cette indexation ne s'applique pas à l'article 25.": [
        says("index", "2 %"),
        says("unchanged", on="article 25"),
    ],
    "Les prestations de l'article 25 sont exclues de l'indexation.": [says("unchanged", on="article 25")],
    "Les prestations 565014-565025 et 565036-565040 sont ajoutées.": [says("added", on="565014-565025, 565036-565040")],
    "Les nouvelles prestations 565014-565025 sont insérées dans la nomenclature.": [says("added", on="565014-565025")],
    "Les prestations 565014-565025 sont supprimées.": [says("ended", on="565014-565025")],
}
"""Sentences and what they mean. A bar parts paragraphs; the tables that follow are `TABLES`."""

FRENCH_UNKNOWN = (
    # Which lines?
    "Les honoraires de certaines prestations sont indexés de 2 %.",
    "Les honoraires des visites à domicile sont indexés de 2 %.",
    "Les honoraires des médecins généralistes sont indexés de 2 %.",
    "Les honoraires de 565014-565025 et des visites à domicile sont indexés de 2 %.",
    "Les honoraires de l'article 25, § 1er, sont indexés de 2 %.",
    "Les prestations de l'article 25 de la section N sont indexées de 2 %.",
    "Les autres prestations que 565014-565025 sont indexées de 2 %.",
    "Ces prestations sont indexées de 2 %.",
    "Les honoraires de cet article sont indexés de 2 %.",
    "Les prestations de la convention avec les hôpitaux sont indexées de 3,34 %.",
    "La valeur de la lettre-clé N est diminuée de 2 %.",
    "Les honoraires des prestations 565014 à 565062 sont augmentés de 2 %.",
    "Les honoraires de 565015 sont augmentés de 2 %.",
    "Les honoraires sont augmentés de 2,00 euros.",
    "Les prestations suivantes sont indexées de 2 % :",
    "Les prestations suivantes sont indexées de 2 % : | - 565014-565025 ; | - les actes de nuit.",
    "Les prestations suivantes de nuit sont indexées de 2 % : | - 565014-565025.",
    # Left out of what?
    "Les honoraires sont indexés de 3,22 %, excepté",
    "Les honoraires sont indexés de 3,22 %, excepté les actes de nuit.",
    "Les honoraires sont indexés de 2 %, à l'exception de l'article 25 et de la prestation de nuit.",
    "Les honoraires sont indexés de 3,22 %, excepté : | - l'article 25 ; | - les actes de nuit.",
    "Les honoraires sont indexés de 2 %, sauf 565014-565025, et le ticket modérateur est fixé à 9,00 euros.",
    "Sauf indication contraire, les honoraires sont indexés de 2 %.",
    "Les honoraires sont indexés de 2 %, excepté 565014-565025 en ambulatoire.",
    "Les honoraires sont indexés de 2 %, excepté l'article 25 et les actes suivants : | - 565014-565025.",
    # For whom, or when?
    "Le ticket modérateur des bénéficiaires sans régime préférentiel est fixé à 9,00 euros.",
    "Les prestations 565014-565025 (uniquement en ambulatoire) sont augmentées de 2 %.",
    "Les tarifs sont indexés de 2 % à partir du 1er juillet 2030.",
    "Les tarifs sont indexés de 2 % en 2030 et de 3 % en 2031.",
    # By how much?
    "Les honoraires sont indexés.",
    "Les honoraires sont indexés. Le taux est de 2 %.",
    "Les honoraires sont indexés selon l'accord, qui prévoit un indice santé de 3,34 %.",
    "Les honoraires sont adaptés de 2 %.",
    "Les honoraires sont fixés à 80 % des honoraires de référence.",
    "Les honoraires sont indexés de 2,72 %, à savoir 2 % pour l'indice et 0,72 % de rattrapage.",
    "Les honoraires sont indexés de 2 % et diminués de 10 %.",
    "Les honoraires sont indexés de 6,14 % (8,14 % moins les 2 % déjà appliqués).",
    "Les honoraires des prestations 565014 et 565036 sont fixés à 30,00 et 40,00 euros.",
    "Les honoraires sont maintenus à 12,00 euros.",
    # Of what?
    "Les interventions de l'assurance sont indexées de 2 %.",
    "Les honoraires et le ticket modérateur de 565014 sont fixés à 30,00 euros.",
    "La valeur de la lettre-clé de 565014 est fixée à 1,291737 euros.",
    "La valeur de la lettre-clé de 565014 est diminuée de 0,05 euro.",
    "Le libellé de la prestation 565014 est supprimé.",
    "Les prestations 565014-565025 sont supprimées et remplacées par 565036-565040.",
    # What is denied?
    "Les honoraires ne sont pas indexés de 2 %.",
    "Les prestations sont indexées de 2 %, et non de 3 %.",
    "L'indexation de 2 % ne s'applique pas à l'article 25.",
    "Les honoraires de l'article 25 ne sont pas diminués.",
    "Les prestations 565014-565025 ne sont pas supprimées.",
    "Les honoraires ne sont pas inchangés.",
)
"""Sentences that look like a measure and must be reported; none of them makes a measure."""

FRENCH_SILENT = (
    "Le budget de l'assurance a été établi avec un indice santé de 4,20 %.",
    "Le budget augmente de 2 %.",
    "La masse d'index 2030 (3,34 %) s'élève à 53.394 milliers d'euros.",
    "Voici comment les tarifs changent le 1er janvier 2030 :",
    "Les tickets modérateurs restent inchangés.",
    "Les tarifs qui s'appliquent dès le 1er janvier 2030 figurent en annexe.",
    "Les prestations 565014-565025 peuvent être facturées à partir du 1er janvier 2030.",
)
"""Sentences that announce nothing, or only what holds without them."""

DUTCH: dict[str, list[Said]] = {
    "Alle verstrekkingen worden geïndexeerd met 2,72 %.": [says("index", "2,72 %")],
    "De medische honoraria worden vanaf 1 januari 2030 lineair met 2,72 % geïndexeerd.": [says("index", "2,72 %")],
    "Op 1 januari worden de honoraria geïndexeerd met de gezondheidsindex van 0,79%.": [says("index", "0,79 %")],
    "De honoraria worden geïndexeerd met 3,22 %, met uitzondering van de verstrekkingen 565014-565025.": [
        says("index", "3,22 %", excepted="565014, 565025")
    ],
    "De honoraria worden met 3,22 % geïndexeerd, behalve rubriek N, artikel 25 en de verstrekking 565051.": [
        says("index", "3,22 %", excepted="N, article 25, 565051")
    ],
    "De honoraria worden geïndexeerd met 2 %, met uitzondering van | - de verstrekkingen van de overeenkomst met de "
    "centra voor erfelijkheid, die met 3,34 % worden geïndexeerd ; | - artikel 25.": [
        says("index", "2 %", excepted="Overeenkomst met de centra voor erfelijkheid, article 25"),
        says("index", "3,34 %", "convention Overeenkomst met de centra voor erfelijkheid"),
    ],
    "Met uitzondering van de verstrekkingen 565014-565025 worden de honoraria geïndexeerd met 2 %.": [
        says("index", "2 %", excepted="565014, 565025")
    ],
    "De honoraria worden, met uitzondering van artikel 25, geïndexeerd met 2,72 %.": [
        says("index", "2,72 %", excepted="article 25")
    ],
    "De verstrekkingen van de tabel 'N. 4. Moleculaire analyses' worden geïndexeerd met 2 %.": [
        says("index", "2 %", "section N.4")
    ],
    "De honoraria van de moleculaire analyses worden geïndexeerd met 2 %.": [says("index", "2 %", "section N.4")],
    "De honoraria van de tandartsen worden geïndexeerd met 2 %.": [says("index", "2 %", "series dentists")],
    "Ingevolge de beslissing van de Nationale Commissie Tandheelkundigen - Ziekenfondsen, genomen tijdens haar "
    "vergadering van 15 december 2029, worden de tarieven voor tandheelkundige verstrekkingen lineair geïndexeerd met "
    "1,577% vanaf 1 januari 2030.": [says("index", "1,577 %", "series dentists")],
    "De andere verstrekkingen worden geïndexeerd met 1,5 %.": [says("index", "1,5 %", "others")],
    "De honoraria worden geïndexeerd met 3,22 %, en die van artikel 25 met 3,34 %.": [
        says("index", "3,22 %"),
        says("index", "3,34 %", "article 25"),
    ],
    "De honoraria worden met 3,22 % en die van artikel 25 met 3,34 % geïndexeerd.": [
        says("index", "3,22 %"),
        says("index", "3,34 %", "article 25"),
    ],
    "De tarieven worden als volgt geïndexeerd: | - rubriek N: 2 %; | - andere verstrekkingen: 1 %.": [
        says("index", "2 %", "section N"),
        says("index", "1 %", "others"),
    ],
    "De honoraria worden geïndexeerd met 8,14 %, waarvan 2 % reeds werd toegepast op 1 juni 2022.": [
        says("index", "8,14 %", already="2")
    ],
    "De honoraria worden geïndexeerd met 3,34 % ten opzichte van de tarieven van 1 januari 2023.": [
        says("index", "3,34 %", since="2023-01-01")
    ],
    "De waarde van de sleutelletter van de verstrekkingen 565014-565025 wordt verminderd met 10 %.": [
        says("letter_value_by_rate", "-10 %", "565014-565025")
    ],
    "De waarde van de sleutelletter van de verstrekkingen 565014-565025 en 565036-565040 wordt aangepast om honoraria "
    "te bekomen die gelijk zijn aan N1300 in plaats van N1350.": [
        says("fee_of_coefficient", on="565014-565025, 565036-565040", instead="N1300 1350")
    ],
    "De honoraria van de verstrekking 565014-565025 worden verhoogd met 5 %.": [
        says("fee_by_rate", "5 %", "565014-565025")
    ],
    "De honoraria van de verstrekking 565014-565025 worden verminderd met 10,50 euro.": [
        says("fee_by_amount", "-10,50 euro", "565014-565025")
    ],
    "Het honorarium van de verstrekking 565014-565025 wordt vastgesteld op 400,00 euro.": [
        says("fee_set", "400,00 euro", "565014-565025")
    ],
    "Het honorarium van 565014 stijgt van 27,06 euro naar € 27,25.": [says("fee_set", "27,25 euro", "565014")],
    "Het remgeld wordt vastgesteld op 9,00 euro.": [says("share_set", "9,00 euro")],
    "De tarieven blijven ongewijzigd.": [says("unchanged")],
    "Overeenkomstig het Nationaal Akkoord worden de tarieven niet aangepast op 1 januari 2030.": [says("unchanged")],
    "De honoraria van artikel 25 worden niet geïndexeerd.": [says("unchanged", on="article 25")],
    "De verstrekkingen 565014-565025 en 565036-565040 worden toegevoegd.": [
        says("added", on="565014-565025, 565036-565040")
    ],
    "De verstrekkingen 565014-565025 worden geschrapt.": [says("ended", on="565014-565025")],
}

DUTCH_UNKNOWN = (
    "De honoraria van sommige verstrekkingen worden geïndexeerd met 2 %.",
    "De honoraria van de huisbezoeken worden geïndexeerd met 2 %.",
    "Alle verstrekkingen op 565014-565025 na worden geïndexeerd met 2 %.",
    "De honoraria van de verstrekkingen 565014 tot 565062 worden verhoogd met 2 %.",
    "De honoraria worden geïndexeerd met 3,22 %, met uitzondering van de nachtprestaties en artikel 25.",
    "Het remgeld wordt vastgesteld op 1 euro voor voorkeurgerechtigden en 6 euro voor niet-voorkeurgerechtigden.",
    "De tarieven worden geïndexeerd met 2 % vanaf 1 juli 2030.",
    "De honoraria worden geïndexeerd.",
    "De honoraria worden aangepast met 2 %.",
    "De tegemoetkomingen worden geïndexeerd met 2 %.",
    "De honoraria worden niet geïndexeerd met 2 %.",
    "De honoraria van artikel 25 worden niet verminderd.",
    "De verstrekkingen 565014-565025 worden niet geschrapt.",
)

DUTCH_SILENT = (
    "Deze begroting houdt rekening met een gezondheidsindex van 3,34 %.",
    "De tarieven worden vanaf 1 januari 2030 als volgt gewijzigd:",
    "De remgelden blijven ongewijzigd.",
    "De omzendbrief V.I. 2010/345 wordt geschrapt en vervangen door deze omzendbrief.",
)

MEANT = [
    *(("fr", text + TABLES, expected) for text, expected in FRENCH.items()),
    *(("nl", text + TABELLEN, expected) for text, expected in DUTCH.items()),
]
UNKNOWN = [*(("fr", text) for text in FRENCH_UNKNOWN), *(("nl", text) for text in DUTCH_UNKNOWN)]
SILENT = [*(("fr", text) for text in FRENCH_SILENT), *(("nl", text) for text in DUTCH_SILENT)]


@pytest.mark.parametrize(("language", "text", "expected"), MEANT)
def test_what_a_sentence_means(language: str, text: str, expected: list[Said]) -> None:
    reading, announced = read(text, language)
    assert [said(measure) for measure in reading.measures] == expected
    assert announced.not_understood == ()


@pytest.mark.parametrize(("language", "text"), UNKNOWN)
def test_what_is_not_understood_is_reported_and_no_measure(language: str, text: str) -> None:
    reading, announced = read(text, language)
    assert reading.measures == ()
    assert announced.not_understood


@pytest.mark.parametrize(("language", "text"), SILENT)
def test_what_announces_nothing_is_not_reported(language: str, text: str) -> None:
    assert read(text, language)[1] == Announced((), ())


def test_all_kinds_and_scopes_are_read() -> None:
    for tables in (FRENCH, DUTCH):
        measures = [measure for expected in tables.values() for measure in expected]
        assert {measure[0] for measure in measures} == set(MEASURE_KINDS)
        assert {measure[1] for measure in measures} == set(MEASURE_SCOPES)


def test_the_passage_is_kept() -> None:
    text = "Les honoraires sont indexés de 2 %, excepté :\n\n- l'article 25 ;\n- la section N, indexée de 3 % ;"
    reading, _ = read(f"{text}\n\nLes honoraires de quelques prestations diminuent de 1 %.")
    found = [(measure.source.line, measure.source.text) for measure in reading.measures]
    assert found == [
        (5, "Les honoraires sont indexés de 2 %, excepté :"),
        (8, "la section N, indexée de 3 % ;"),
    ]
    assert all(m.rate is not None and m.rate.source == m.source for m in reading.measures)
    lost = read_document(open_document(("x.txt", f"{HEADS['fr']}{FRENCH_UNKNOWN[0]}".encode())))[1].announced
    assert [(source.line, source.text) for source in lost.not_understood] == [(5, FRENCH_UNKNOWN[0])]


def test_a_rate_beside_the_sentence_that_is_read() -> None:
    reading, announced = read("Les honoraires sont indexés de 2 %. Pour l'article 25, 3 % est retenu.")
    assert [said(measure) for measure in reading.measures] == [says("index", "2 %")]
    assert len(announced.not_understood) == 1


def test_what_a_profession_provides_is_all_in_a_circular_of_theirs() -> None:
    title = "**Tarifs ; dentistes ; 01-01-2030**\n\n"
    text = "Les prestations dentaires sont indexées de 2 %."
    assert [said(measure) for measure in read(title + text)[0].measures] == [says("index", "2 %")]
    assert [said(measure) for measure in read(text)[0].measures] == [says("index", "2 %", "series dentists")]


def test_the_words_of_the_title_mean_all() -> None:
    title = "**Tarifs ; médecins - consultations et visites - partie 1 ; 01-01-2030**\n\n"
    whole, part = (
        read(f"{title}Les honoraires des {acts} sont indexés de 2 %.")
        for acts in ("consultations et visites", "consultations")
    )
    assert [said(measure) for measure in whole[0].measures] == [says("index", "2 %")]
    assert part[0].measures == ()
    assert len(part[1].not_understood) == 1


INDICES = [text for text, expected in FRENCH.items() if " | " not in text and any(m[4] is not None for m in expected)]


@pytest.mark.parametrize("text", INDICES)
def test_no_rate_is_read_from_what_is_denied(text: str) -> None:
    reading, announced = read(f"Il n'est pas exact que {text[0].lower()}{text[1:].rstrip('.')}.{TABLES}")
    first = text.partition(". ")[0]
    denied = [measure for measure in reading.measures if measure.rate is not None and first == text]
    assert denied == []
    assert announced.not_understood


@pytest.mark.parametrize("text", [text for text in INDICES if len(FRENCH[text]) == 1 and ". " not in text])
def test_a_second_rate_is_never_left_unread(text: str) -> None:
    reading, announced = read(f"{text.rstrip('.')}, soit 7,77 % de plus.{TABLES}")
    assert announced.not_understood
    assert all(measure.rate is None or measure.rate.amount != Decimal("7.77") for measure in reading.measures)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_dutch_circular_says_what_the_french_one_says(number: str) -> None:
    french, dutch = (
        read_document(open_document(path))[0]
        for path in (EXAMPLES / "circulars" / f"example-{number}.txt", TESTS / "data" / f"dutch-{number}.txt")
    )
    assert [figures_of(line) for line in dutch.lines] == [figures_of(line) for line in french.lines]
    assert [line.section and line.section.number for line in dutch.lines] == [
        line.section and line.section.number for line in french.lines
    ]
    names = ("number", "issued_on", "effective_on", "reference", "kind", "series")
    assert [getattr(dutch.circular, n) for n in names] == [getattr(french.circular, n) for n in names]
    assert (french.circular.language, dutch.circular.language) == ("fr", "nl")
    assert [index.rate.amount for index in dutch.circular.indices] == [i.rate.amount for i in french.circular.indices]
    assert len(dutch.circular.notes) == len(french.circular.notes)
    assert [without_names(measure) for measure in dutch.measures] == [without_names(m) for m in french.measures]
    assert all(
        measure.named in {line.convention for line in dutch.lines} for measure in dutch.measures if measure.named
    )


@pytest.mark.parametrize("path", [*EXAMPLES.rglob("*.txt"), *(TESTS / "audit" / "documents").glob("*.txt")])
def test_french_documents_are_recognised(path: Path) -> None:
    assert read_document(open_document(path))[0].circular.language == "fr"


def test_languages_know_the_same_words() -> None:
    own = vocabulary("fr")
    for other in map(vocabulary, LANGUAGES):
        assert set(other.patterns) == set(own.patterns)
        assert sorted(set(other.months.values())) == list(range(1, 13))


def test_a_series_has_one_id_in_both_languages() -> None:
    titles = {
        "fr": "Tarifs ; métier imaginaire - prestations - partie 1 ; 01-01-2030",
        "nl": "Tarieven ; denkbeeldig beroep - verstrekkingen - deel 1 ; 01-01-2030",
    }
    assert {series_of(title, language) for language, title in titles.items()} == {"toy/acts/1"}


PLACE = Source("0" * 64, "x.txt")


def figure(number: str) -> Figure:
    return Figure(Decimal(number), PLACE)


CODES = ((Code("565014"), Code("565025")),)
IN_WORDS = {
    "index +2,72 % on all acts": Measure("index", PLACE, rate=figure("2.72")),
    "index +2 % on all other acts": Measure("index", PLACE, rate=figure("2"), scope="others"),
    "index +2 % on the acts of dentists": Measure("index", PLACE, rate=figure("2"), scope="series", named="dentists"),
    "index +2 % on article 25": Measure("index", PLACE, rate=figure("2"), scope="article", named="25"),
    "index +2 % on section N.4": Measure("index", PLACE, rate=figure("2"), scope="section", named="N.4"),
    "index +2 % on Convention X": Measure("index", PLACE, rate=figure("2"), scope="convention", named="Convention X"),
    "index -0,5 % on all acts, except 565014, N": Measure(
        "index", PLACE, rate=figure("-0.5"), excepted=("565014", "N")
    ),
    "index +8,14 % from the tariffs of 2022-01-01 (2 % of it applied before) on all acts": Measure(
        "index", PLACE, rate=figure("8.14"), already=figure("2"), relative_to=date(2022, 1, 1)
    ),
    "letter value -10 % on 565014-565025": Measure(
        "letter_value_by_rate", PLACE, rate=figure("-10"), scope="codes", codes=CODES
    ),
    "fee +5 % on 565014-565025": Measure("fee_by_rate", PLACE, rate=figure("5"), scope="codes", codes=CODES),
    "fee of N1300 instead of N1350 on 565014-565025": Measure(
        "fee_of_coefficient",
        PLACE,
        scope="codes",
        codes=CODES,
        letter="N",
        coefficient_from=figure("1350"),
        coefficient_to=figure("1300"),
    ),
    "fee -400,00 euro on 565014-565025": Measure(
        "fee_by_amount", PLACE, amount=figure("-400.00"), scope="codes", codes=CODES
    ),
    "fee set to 1.400,00 euro on 565014-565025": Measure(
        "fee_set", PLACE, amount=figure("1400.00"), scope="codes", codes=CODES
    ),
    "patient share set to 9,00 euro on all acts": Measure("share_set", PLACE, amount=figure("9.00")),
    "no change on all acts": Measure("unchanged", PLACE),
    "new codes on 565014-565025": Measure("added", PLACE, scope="codes", codes=CODES),
    "end on 565014-565025": Measure("ended", PLACE, scope="codes", codes=CODES),
}


@pytest.mark.parametrize(("words", "measure"), IN_WORDS.items())
def test_a_measure_in_words(words: str, measure: Measure) -> None:
    assert measure_words(measure) == words


def test_every_kind_and_scope_has_words() -> None:
    assert {measure.kind for measure in IN_WORDS.values()} == set(MEASURE_KINDS)
    assert {measure.scope for measure in IN_WORDS.values()} == set(MEASURE_SCOPES)


WORDS = sorted({word for text in (*FRENCH, *FRENCH_UNKNOWN, *DUTCH, *DUTCH_UNKNOWN) for word in text.split(" ")})
MADE = st.lists(st.sampled_from([*WORDS, " | ", " | - ", ". ", "; ", " : "]), min_size=1, max_size=60).map(" ".join)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(LANGUAGES),
    st.one_of(MADE, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)),
)
def test_no_prose_makes_the_reader_raise(language: str, prose: str) -> None:
    text = HEADS[language] + prose.replace(" | ", "\n") + TABLES
    reading, structure = read_document(open_document(("prose.txt", text.encode())))
    sources = (*(measure.source for measure in reading.measures), *structure.announced.not_understood)
    assert all(source.line is not None and source.text for source in sources)
    assert all(measure.kind in MEASURE_KINDS and measure.scope in MEASURE_SCOPES for measure in reading.measures)


LONG = 20_000
REPEATED = (
    *(
        "de 2 %, et ",
        "565014-565025, ",
        "l'article 25, ",
        "« ",
        "'",
        "(",
        "1.000.000,",
        "a",
        "9",
        ". Les ",
        "; ",
        "les ",
    ),
    *(
        "indice santé ",
        "conformément ",
        "dont 2 % ",
        "par rapport à ",
        "tels que ",
        "N1300 au lieu de ",
        "sauf ",
        "ne ",
    ),
    *("gezondheidsindex ", "overeenkomstig ", "waarvan 2 % reeds ", "worden ", "met uitzondering van ", "en "),
)


@pytest.mark.parametrize("words", REPEATED)
def test_a_line_of_twenty_thousand_characters(words: str) -> None:
    line = (words * (LONG // len(words) + 1))[:LONG]
    for language, before, after in (
        ("fr", "Les honoraires sont indexés de 2 % ", " sont indexés de 2 %"),
        ("nl", "De honoraria worden ", " geïndexeerd met 2 %"),
    ):
        started = time.process_time()
        read(before + line + after, language)
        assert time.process_time() - started < 10
