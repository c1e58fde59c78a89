"""What people give: rows in any form, the files that hold them, and the local forms of their values."""
