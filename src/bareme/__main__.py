"""`python -m bareme` is `bareme`."""

from bareme.cli import main

if __name__ == "__main__":
    main()
