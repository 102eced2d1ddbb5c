"""The clauses of the agreement of 2020: which are implemented, which await a parameter, which only declare intent."""
