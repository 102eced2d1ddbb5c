"""Files of acts priced in the background: received, queued, worked on by one process at a time, kept for a while."""
