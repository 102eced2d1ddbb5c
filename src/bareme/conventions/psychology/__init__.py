"""Psychological care in the first line and specialised psychological care: circular 2024/356."""
