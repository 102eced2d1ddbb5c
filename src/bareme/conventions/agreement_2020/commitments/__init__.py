"""What the agreement of 2020 promises or sets for a day, month, quarter or year: an agenda with owners and statuses."""
