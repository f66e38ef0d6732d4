"""`chatbox service`: rooms that run without a terminal or an editor."""

from chatbox.cli.service import managing, running
from chatbox.cli.service.group import command

__all__ = ["command", "managing", "running"]
