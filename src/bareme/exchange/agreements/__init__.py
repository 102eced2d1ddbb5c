"""Files that are given to an agreement's systems: tables in CSV or TOML, read whole, each value with its line."""
