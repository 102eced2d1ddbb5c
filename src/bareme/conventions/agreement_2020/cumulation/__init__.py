"""Cumulation (6.5, 6.6): what the agreement announces for ECGs and article 34; codes and numbers are awaited."""
