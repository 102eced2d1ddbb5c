"""The global medical file (5.1.1): who is paid for which file, and when."""
