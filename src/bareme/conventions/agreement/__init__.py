"""What the agreement of any year has: systems with parameters that name their clauses, answers, findings."""
