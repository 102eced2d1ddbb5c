"""Acts in, priced acts out: one expression for one act and for a file of them, and sentences that explain a price."""
