"""`bareme agreement YEAR indexation`: the selective index by category, as measures."""

from __future__ import annotations

import typer

from bareme.cli.agreements.asking import InLanguage, Language, of
from bareme.cli.output import AsJson, print_json, print_table, say


def indexation(context: typer.Context, language: InLanguage = Language.EN, as_json: AsJson = False) -> None:
    """The index by category, from its clause, and the measures that say it; categories in words only need a scope."""
    found = of(context).indexation()
    if as_json:
        print_json(found.to_dict(language))
        return
    from bareme.conventions.agreement_2020.indexation.wording import Wording
    from bareme.indexation.wording import measure_words

    words = Wording(of(context).systems["indexation"], language)
    say(words.around("from_day", day=found.index_from))
    say()
    rows = [
        (category.label[language], words.index(category), str(len(category.measures)), category.clause)
        for category in found.categories
    ]
    print_table(words.heads(), rows, right=(2,))
    say()
    say(words.around("measures_title"))
    for measure in found.measures:
        say(f"  {measure_words(measure)}")
    say()
    say(words.around("said_title"))
    for category in found.categories:
        if not category.answer.missing:
            say(f"  {category.answer.because[language]}")
    missing = [name for category in found.categories for name in category.answer.missing]
    if missing:
        say()
        say(words.around("words_only"))
        say(f"  {', '.join(missing)}")
