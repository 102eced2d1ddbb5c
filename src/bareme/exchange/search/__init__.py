"""Finding codes by words, and what became known: a derived index of a book, kept beside the price tables.

The index is a SQLite file made from the entries of any book. It may be deleted at any time, and is never needed.
"""
