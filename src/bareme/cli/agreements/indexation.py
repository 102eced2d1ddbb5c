"""`bareme agreement YEAR indexation`: the selective index by category, as measures."""

from __future__ import annotations

import typer

from bareme.cli.agreements.asking import InLanguage, Language, of
from bareme.cli.output import AsJson, counted, print_json, print_table, say
from bareme.money import printed


def indexation(context: typer.Context, language: InLanguage = Language.EN, as_json: AsJson = False) -> None:
    """The index by category, from its clause, and the measures that say it; categories in words only need a scope."""
    found = of(context).indexation(language)
    if as_json:
        print_json(found.to_dict(language))
        return
    from bareme.indexation.wording import measure_words

    say(f"From {found.index_from}:")
    say()
    rows = []
    for category in found.categories:
        rate = "not indexed" if category.rate is None else f"{printed(category.rate)} %"
        rows.append((category.label, rate, counted(len(category.measures), "measure"), category.clause))
    print_table(("category", "index", "measures", "clause"), rows)
    say()
    say("Measures:")
    for measure in found.measures:
        say(f"  {measure_words(measure)}")
    say()
    say("What the document says of them:")
    for category in found.categories:
        if category.measures:
            say(f"  {category.answer.because[language]}")
    missing = [name for category in found.categories for name in category.answer.missing]
    if missing:
        say()
        say("In words only, without codes or articles: no measures. Supply with --parameters, under [indexation]:")
        say(f"  {', '.join(missing)}")
