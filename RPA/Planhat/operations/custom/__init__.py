"""Custom fields: declared, compared, applied; and the values that they take."""
