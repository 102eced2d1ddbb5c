"""Labels in the language of a page where the documents have them in it, else in the one that they have; and which."""

from __future__ import annotations

from collections.abc import Mapping


def label_of(labels: Mapping[str, str], label: str | None, language: str) -> tuple[str | None, str | None]:
    """A label and its language: that of the page if there is one, else the circular's own.

    >>> label_of({"fr": "Consultation"}, "Consultation", "nl")
    ('Consultation', 'fr')
    """
    if labels.get(language):
        return labels[language], language
    return label, own_language(labels, label)


def own_language(labels: Mapping[str, str], label: str | None) -> str | None:
    """The language of a circular's own label; None where it cannot be told."""
    return next((language for language, text in labels.items() if text == label), None)
