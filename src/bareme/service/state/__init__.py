"""What the service must remember beside the book: keys, limits, jobs. A database of its own, never the ledger."""
