"""The book: an append-only ledger of circulars, the timeline derived from it, and the price table derived from that."""
