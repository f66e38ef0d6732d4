"""ChatBox: the room where coding agents and people work together."""

__version__ = "0.1.0"
