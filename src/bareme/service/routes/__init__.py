"""The addresses, a module a family: each calls one function of the library."""
