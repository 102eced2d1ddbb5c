"""Conventions' rules: a folder each, with its rules, their dated parameters and their words side by side."""
