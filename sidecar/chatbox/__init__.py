"""ChatBox: the room where coding agents and people work together."""

import os

__version__ = "0.1.0"

# Pydantic shows what it validates to every plugin that its environment holds, and looks for them in all packages at
# each start. Here none may see what is said.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
