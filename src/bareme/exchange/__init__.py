"""Formats of others: files of acts in, priced files out."""
