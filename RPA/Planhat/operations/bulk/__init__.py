"""Many records in one call: planned, sent in sequence, accounted for row by row, journalled."""
