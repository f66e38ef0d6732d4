"""How refusals look in JSON-RPC, over whichever transport."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbox.domain.refusal import Refusal

PREFIX = "chatbox/"

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
REFUSED = -32000


def code_of(refusal: "Refusal") -> int:
    """The numeric code; the stable one travels in `data.code`."""
    return INVALID_PARAMS if refusal.code == "VALIDATION_ERROR" else REFUSED
