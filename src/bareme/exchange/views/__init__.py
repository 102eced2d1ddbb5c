"""The book as tables: views declared as data, asked in SQL and written into one DuckDB or SQLite file."""
