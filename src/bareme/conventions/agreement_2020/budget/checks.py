"""What the reader of a budget table may have to say of a document."""

from __future__ import annotations

from enum import StrEnum


class ReadCheck(StrEnum):
    """The checks; the sentence of each stands in `words.toml`."""

    NO_TABLE = "no_table"
    """No line says that amounts are in thousands."""
    YEAR_UNKNOWN = "year_unknown"
    """No column says of which year it is."""
    COLUMN_UNCLEAR = "column_unclear"
    """One amount alone, and nothing says in which column."""
    ROW_WITHOUT_START = "row_without_start"
    """Two amounts without a day or a year."""
    START_UNREADABLE = "start_unreadable"
    """Something like a day that is none."""
    TEXT_LEFT = "text_left"
    """Words that belong to no row."""
    AMOUNT_WITHOUT_LABEL = "amount_without_label"
    """Amounts that no words go before."""
    ROW_OUTSIDE = "row_outside"
    """A row above the first heading."""
    TOO_MANY_AMOUNTS = "too_many_amounts"
    """More than two amounts on one row."""
    TOTAL_MISSING = "total_missing"
    """The table prints no total of uses."""
    BALANCE_MISSING = "balance_missing"
    """The table prints no balance."""
