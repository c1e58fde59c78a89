"""The way of every row that is written: read, convert, identify, plan, send, account."""
