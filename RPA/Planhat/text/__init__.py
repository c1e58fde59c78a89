"""Strings: messages, what users write, and file names."""
