"""How long the agreement of 2020 lasts, who adheres to it, and how it is denounced (clauses 16 and 17)."""
