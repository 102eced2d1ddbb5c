"""Accreditation (6.2): the lump sum, and the limit of the supplement per flat fee of clinical biology."""
