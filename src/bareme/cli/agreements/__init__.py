"""`bareme agreement YEAR ...`: what the agreement of a year says, and what it says of what is given to it."""
