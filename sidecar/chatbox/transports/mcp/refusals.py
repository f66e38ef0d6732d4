"""A refusal as an error of the protocol, for requests that are no tool calls."""

from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS

from chatbox.domain.refusal import Refusal


def error_of(refusal: Refusal, **more: str) -> MCPError:
    """What to raise; the sentence tells what to do."""
    return MCPError(
        code=INVALID_PARAMS, message=f"{refusal.code}: {refusal.message}", data={"code": refusal.code, **more}
    )
