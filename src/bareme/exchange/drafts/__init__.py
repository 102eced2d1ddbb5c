"""Circulars written out in our own layout and words: as text, a page, a workbook or a PDF, in French or Dutch.

What is written can be read: the reader finds the same figures in a draft.
"""
