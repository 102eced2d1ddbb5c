"""The version of the package, in one place; it needs no other module, so that asking for it is quick."""

__version__ = "0.1.0"
