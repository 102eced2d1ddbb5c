"""Measures as exact arithmetic: apply those of a circular to its predecessor, and bound what rounding hides."""
