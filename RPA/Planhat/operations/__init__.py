"""What can be done with records, free of Robot Framework."""
