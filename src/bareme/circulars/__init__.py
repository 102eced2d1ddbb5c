"""From a document to a circular: documents, heading, tables, measures, model, reading."""
