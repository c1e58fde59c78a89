"""From credentials and addresses to a connection."""
