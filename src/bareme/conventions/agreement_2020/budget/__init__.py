"""The budget of the agreement of 2020 (points 3 and 4, annex): the table as data, its arithmetic, what-ifs."""
