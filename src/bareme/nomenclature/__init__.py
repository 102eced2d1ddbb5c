"""The words of the nomenclature: codes, settings and regimes, facts, outcomes."""
