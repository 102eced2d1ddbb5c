"""Files of acts of any size: priced in pieces, written whole or not at all, gone on with after a kill."""
