"""The version of this library; packaging, the user agent and the documentation read it here."""

__version__ = "1.0.0"
