"""Other clauses with figures: targets (3), revaluations and new acts (4.2, 4.3), tariff security (8), 10 and 12.2."""
