"""The heading of a circular in three languages: number, dates, and what tells a corrigendum from a circular."""

from __future__ import annotations

from datetime import date

import pytest

from bareme.audit import examine
from bareme.circulars.documents.opening import open_document
from bareme.circulars.model import Reading
from bareme.circulars.reading import read_document

TITLES = {
    "fr": "Tarifs ; métier imaginaire - prestations - partie 1 ; 01-02-2025",
    "nl": "Tarieven ; denkbeeldig beroep - verstrekkingen - deel 1 ; 01-02-2025",
    "de": "Tarife ; erfundener Beruf - Leistungen - Teil 1 ; 01-02-2025",
}
NUMBERS = [
    ("fr", "Circulaire OA no 2024/382 du 12-12-2024"),
    ("fr", "Circulaire OA n° 2024/382 du 12 décembre 2024"),
    ("fr", "Circulaire O.A. n° 2024/382 du 12/12/2024"),
    ("fr", "Circulaire aux O.A. nº 2024/382 du 12.12.2024"),
    ("nl", "Omzendbrief VI nr 2024/382 van 12-12-2024"),
    ("nl", "Omzendbrief V.I. nr. 2024/382 van 12 december 2024"),
    ("nl", "Omzendbrief VI n° 2024/382 van 12/12/2024"),
    ("de", "Rundschreiben VT Nr. 2024/382 vom 12. Dezember 2024"),
    ("de", "Rundschreiben V.T. Nr. 2024/382 vom 12.12.2024"),
]
DAYS = [
    ("fr", "Applicable à partir du 1er janvier 2025"),
    ("fr", "En vigueur à partir du 1/01/2025"),
    ("fr", "Entre en vigueur le 1er janvier 2025"),
    ("fr", "Entrée en vigueur : 01-01-2025"),
    ("fr", "Date d'application : 1er janvier 2025"),
    ("fr", "Date d’entrée en vigueur : le 1er janvier 2025."),
    ("nl", "Van toepassing vanaf 1/01/2025"),
    ("nl", "Met ingang van 1 januari 2025"),
    ("nl", "Inwerkingtreding: 1 januari 2025"),
    ("nl", "Toepassingsdatum: 01-01-2025"),
    ("nl", "Datum van inwerkingtreding : 1 januari 2025"),
    ("de", "Inkrafttreten: 1. Januar 2025"),
    ("de", "Datum des Inkrafttretens : 01.01.2025"),
]
PROSE = [
    ("fr", "Entre en vigueur le 1er juillet 2025 ce que prévoit une autre circulaire sur les honoraires."),
    ("fr", "Date d'application 1er juillet 2025 pour les honoraires d'une autre circulaire."),
    ("nl", "Met ingang van 1 juli 2025 geldt een andere omzendbrief over de honoraria."),
    ("de", "Ab dem 1. Juli 2025 bleibt ein anderes Rundschreiben bestehen."),
]
CORRIGENDA = [
    ("fr", "Circulaire OA n° 2024/382 - corrigendum du 15-01-2025"),
    ("fr", "Circulaire O.A. n° 2024/382 (Erratum) du 15-01-2025"),
    ("fr", "Corrigendum à la circulaire OA n° 2024/382 du 15-01-2025"),
    ("fr", "Rectificatif à la circulaire OA n° 2024/382"),
    ("nl", "Omzendbrief VI nr 2024/382 - corrigendum van 15-01-2025"),
    ("nl", "Omzendbrief V.I. nr. 2024/382 – rechtzetting van 15-01-2025"),
    ("nl", "Rechtzetting van omzendbrief VI nr 2024/382"),
    ("de", "Rundschreiben VT Nr. 2024/382 - Berichtigung vom 15. Januar 2025"),
    ("de", "Rundschreiben V.T. Nr. 2024/382 (Corrigendum) vom 15.01.2025"),
    ("de", "Berichtigung zum Rundschreiben VT Nr. 2024/382 vom 15.01.2025"),
    ("fr", "Circulaire OA n° 2025/12 du 15-01-2025 - corrigendum"),
    ("nl", "Omzendbrief VI nr. 2025/12 van 15-01-2025 - rechtzetting"),
    ("de", "Rundschreiben VT Nr. 2025/12 vom 15. Januar 2025 - Berichtigung"),
    ("de", "Berichtigung"),
]
OWN_NUMBERS = [
    ("fr", "Circulaire OA n° 2025/12 du 15-01-2025\n\nCorrigendum à la circulaire OA n° 2024/382 du 12-12-2024"),
    ("nl", "Omzendbrief VI nr. 2025/12 van 15-01-2025\n\nRechtzetting van omzendbrief VI nr. 2024/382"),
    ("de", "Rundschreiben VT Nr. 2025/12 vom 15.01.2025\n\nBerichtigung des Rundschreibens VT Nr. 2024/382"),
]
NO_CORRIGENDA = [
    ("fr", "Circulaire OA n° 2024/382 du 12-12-2024\n\nLa circulaire tient compte du corrigendum des honoraires."),
    ("fr", "Circulaire OA n° 2024/382 du 12-12-2024\n\nRectificatif des honoraires de 2023 : voir l'annexe."),
    ("nl", "Omzendbrief VI nr 2024/382 van 12-12-2024\n\nDe omzendbrief 2024/300 - corrigendum - vervalt."),
    ("de", "Rundschreiben VT Nr. 2024/382 vom 12.12.2024\n\nBerichtigungen der Honorare stehen im Anhang."),
]


def read(language: str, heading: str, title: str | None = None) -> Reading:
    text = f"{heading}\n\n{title or TITLES[language]}\n"
    reading = examine(*read_document(open_document(("heading.txt", text.encode()))))
    assert reading.circular.language == language
    return reading


@pytest.mark.parametrize(("language", "line"), NUMBERS)
def test_number_and_day_of_issue(language: str, line: str) -> None:
    circular = read(language, line).circular
    assert (circular.number, circular.issued_on, circular.kind) == ("2024/382", date(2024, 12, 12), "circular")


@pytest.mark.parametrize(("language", "line"), DAYS)
def test_a_line_with_the_effective_date(language: str, line: str) -> None:
    reading = read(language, line)
    assert reading.circular.effective_on == date(2025, 1, 1)
    assert not reading.findings.named("effective_date_elsewhere")


@pytest.mark.parametrize(("language", "line"), PROSE)
def test_a_sentence_that_starts_with_a_day_is_no_such_line(language: str, line: str) -> None:
    reading = read(language, line)
    assert reading.circular.effective_on == date(2025, 2, 1)
    assert reading.findings.named("effective_date_elsewhere")


@pytest.mark.parametrize(("language", "line"), CORRIGENDA)
def test_a_corrigendum_has_not_the_number_of_what_it_corrects(language: str, line: str) -> None:
    reading = read(language, line)
    assert (reading.circular.kind, reading.circular.number, reading.circular.issued_on) == ("corrigendum", None, None)
    assert reading.findings.named("circular_identity")


@pytest.mark.parametrize(("language", "lines"), OWN_NUMBERS)
def test_a_corrigendum_with_a_number_of_its_own(language: str, lines: str) -> None:
    circular = read(language, lines).circular
    assert (circular.kind, circular.number, circular.issued_on) == ("corrigendum", "2025/12", date(2025, 1, 15))


@pytest.mark.parametrize(("language", "lines"), NO_CORRIGENDA)
def test_a_circular_that_speaks_of_a_corrigendum_is_none(language: str, lines: str) -> None:
    assert read(language, lines).circular.kind == "circular"
