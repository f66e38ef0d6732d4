"""Files of messages: sending one piece by piece, and reading one."""

import base64
import hashlib
from typing import Annotated, NamedTuple

from pydantic import Field

from chatbox.domain.attachments import MEDIA_TYPES, UNKNOWN
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity, Scope, Sha256
from chatbox.operations.attaching import readable, unusable
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.wire import Params, Seq, Wire
from chatbox.operations.workspace import Workspace
from chatbox.ports import AttachmentsFailed, Content, WrongContent

PIECE_BYTES_MAX = 131_072
_PIECE_CHARACTERS_MAX = -(-PIECE_BYTES_MAX // 3) * 4


class AttachParams(Params):
    """A piece of a content, in base64: at most 131,072 bytes that begin at `offset` of its `size` bytes."""

    sha256: Sha256
    size: Seq
    offset: Seq = 0
    data: Annotated[str, Field(max_length=_PIECE_CHARACTERS_MAX)]


class AttachResult(Wire):
    """How many bytes are here now: go on from there. `media_type` is set once all are."""

    received: int
    media_type: str | None


class AttachmentParams(Params):
    """Which content, from which byte on, and how many of its bytes."""

    sha256: Sha256
    offset: Seq = 0
    length: Annotated[int, Field(ge=1, le=PIECE_BYTES_MAX)] = PIECE_BYTES_MAX


class AttachmentResult(Wire):
    """A piece, in base64, of `size` bytes in all. With `next`, ask again with `offset` set to it."""

    data: str
    size: int
    media_type: str
    next: int | None


class Whole(NamedTuple):
    """A whole content, as it is handed out."""

    media_type: str
    data: bytes


@operation(
    params=AttachParams,
    result=AttachResult,
    scope=Scope.POST,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("PAYLOAD_TOO_LARGE",),
)
async def attach(call: Call, params: AttachParams) -> AttachResult | Refusal:
    """Send a file for a message, piece by piece; then name it in `attachments` of chat, start_post or reply."""
    most = call.workspace.broker.limits.attachment_bytes
    if params.size > most:
        message = f"An attachment has at most {most} bytes, this one {params.size}: send a part of it, or where it is."
        return Refusal(code="PAYLOAD_TOO_LARGE", message=message)
    try:
        data = base64.b64decode(params.data, validate=True)
    except ValueError:
        return Refusal(code="VALIDATION_ERROR", message="attach: data: It is not base64.")
    if len(data) > PIECE_BYTES_MAX or params.offset + len(data) > params.size:
        message = f"attach: data: It has more than {PIECE_BYTES_MAX} bytes, or ends behind `size` ({params.size})."
        return Refusal(code="VALIDATION_ERROR", message=message)
    content = Content(params.sha256, params.size)
    try:
        seen = await readable(call.workspace, call.by, params.sha256)
        if seen is not None and seen.size == params.size and await call.workspace.attachments.has(params.sha256):
            return AttachResult(received=params.size, media_type=seen.media_type)
        found = await call.workspace.attachments.receive(call.by.participant, content, params.offset, data)
    except WrongContent as wrong:
        return Refusal(code="VALIDATION_ERROR", message=f"{wrong}.")
    except AttachmentsFailed as failed:
        return unusable(failed)
    return AttachResult(received=found.size, media_type=found.media_type)


@operation(
    params=AttachmentParams,
    result=AttachmentResult,
    scope=Scope.READ,
    transports=NOT_AGENT_TOOLS,
    refuses=("NOT_FOUND", "UNAVAILABLE"),
)
async def attachment(call: Call, params: AttachmentParams) -> AttachmentResult | Refusal:
    """Read a file of a message, piece by piece."""
    seen = await readable(call.workspace, call.by, params.sha256)
    if seen is None:
        return _unknown(params.sha256)
    try:
        data = await call.workspace.attachments.read(params.sha256, params.offset, params.length)
    except AttachmentsFailed as failed:
        return unusable(failed)
    if data is None:
        return _lost(params.sha256)
    after = params.offset + len(data)
    return AttachmentResult(
        data=base64.b64encode(data).decode(),
        size=seen.size,
        media_type=seen.media_type,
        next=after if data and after < seen.size else None,
    )


async def whole(workspace: Workspace, by: Identity, sha256: str) -> Whole | Refusal:
    """All of a content that `by` may read, checked against its digest: for the transports that carry bytes."""
    if Scope.READ not in by.scopes:
        return Refusal(code="AUTH_ERROR", message="The admission token cannot read: say `hello` first.")
    seen = await readable(workspace, by, sha256)
    if seen is None:
        return _unknown(sha256)
    try:
        data = await workspace.attachments.read(sha256, 0, seen.size)
    except AttachmentsFailed as failed:
        return unusable(failed)
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        return _lost(sha256)
    # A journal from elsewhere may say anything.
    return Whole(seen.media_type if seen.media_type in MEDIA_TYPES else UNKNOWN, data)


def _unknown(sha256: str) -> Refusal:
    """The same whether it is somewhere else or nowhere."""
    return Refusal(code="NOT_FOUND", message=f"No message that you may read has an attachment {sha256}.")


def _lost(sha256: str) -> Refusal:
    message = f"The bytes of {sha256} are not here any more: attach the file again, or restore .agentchat/attachments."
    return Refusal(code="NOT_FOUND", message=message)
