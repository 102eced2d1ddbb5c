"""Social status and trainees (9, 11): which benefit a doctor has, and the base amounts of pensions."""
