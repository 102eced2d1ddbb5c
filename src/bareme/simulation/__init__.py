"""The book as it would be: scenarios of measures, projected tariffs beside the published ones, volumes, budgets."""
