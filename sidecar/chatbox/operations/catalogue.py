"""All operations: importing their modules declares them."""

from chatbox.operations import agents, approvals, channels, messages, people, supervision, trace
from chatbox.operations.registry import OPERATIONS

__all__ = ["OPERATIONS", "agents", "approvals", "channels", "messages", "people", "supervision", "trace"]
