"""The Robot face: each component converts, calls one operation, logs one line, and returns."""
