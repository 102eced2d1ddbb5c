"""The integrated practice premium of general practitioners (7): its amount follows from the number of criteria met."""
