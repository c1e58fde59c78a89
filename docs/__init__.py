"""The tools that make the generated pages below this folder; not part of the distribution."""
