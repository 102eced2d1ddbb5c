"""The quarterly dashboard of clause 13: budget lines, priced volumes if given, commitments due and overdue."""
