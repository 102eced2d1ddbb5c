"""The selective index of the agreement of 2020 (4.1, annex a): rates by category, as measures that can be applied."""
