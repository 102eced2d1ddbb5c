"""JSON Schemas of everything that bareme writes as JSON and of the files that people write for it."""
