"""Files and the messages that name them: who may name what, and what goes with the last message that did.

Whoever says something names only contents that they sent themselves or that they may read: else knowing a digest would
be enough to publish, and then read, what others keep among themselves.
"""

from collections.abc import Coroutine
from typing import Any

from chatbox.broker.broker import Answer
from chatbox.domain.commands import PostMessage
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Attachment, Identity, Utterance
from chatbox.operations.registry import Call
from chatbox.operations.submit import submit
from chatbox.operations.wire import Attached, SayingParams
from chatbox.operations.workspace import Workspace
from chatbox.ports import AttachmentsFailed, AttachmentsFull, Naming


async def say(call: Call, params: SayingParams, said: Utterance) -> Answer:
    """Have a message recorded that names files which are here, and stay here."""
    if not params.attachments:
        return await submit(call, PostMessage, params, said=said)
    contents = {one.sha256 for one in params.attachments}
    try:
        async with call.workspace.attachments.held(contents):
            found: list[Attachment] = []
            for one in params.attachments:
                known = await _known(call, one)
                if isinstance(known, Refusal):
                    return known
                found.append(known)
            named = said.model_copy(update={"attachments": tuple(found)})
            return await submit(call, PostMessage, params, said=named)
    except AttachmentsFailed as failed:
        return unusable(failed)
    finally:
        # A redaction may have had to wait for this.
        await _remove(call.workspace, contents)


async def forget(call: Call, number: int, redaction: Coroutine[Any, Any, Answer]) -> Answer:
    """Have a message redacted; with it go the contents that no other message names."""
    message = await call.workspace.reading.message(number)
    contents = {one.id for one in message.attachments} if message else set()
    try:
        if contents:
            # Before it is recorded: once it is, nothing says any more what the message named.
            await call.workspace.attachments.condemn(contents)
    except AttachmentsFailed as failed:
        redaction.close()
        return unusable(failed)
    outcome = await redaction
    await _remove(call.workspace, contents)
    return outcome


async def readable(workspace: Workspace, by: Identity, sha256: str) -> Naming | None:
    """A message that names this content and that `by` may read."""
    found = await workspace.reading.naming(sha256)
    return next((one for one in found if workspace.may_read(by, one.channel)), None)


def unusable(failed: AttachmentsFailed) -> Refusal:
    """What a caller is told."""
    return Refusal(code="LIMIT_REACHED" if isinstance(failed, AttachmentsFull) else "UNAVAILABLE", message=f"{failed}.")


async def _known(call: Call, one: Attached) -> Attachment | Refusal:
    attachments = call.workspace.attachments
    own = await attachments.uploaded(call.by.participant, one.sha256)
    if own is not None:
        media_type = await attachments.media_type(one.sha256)
        return Attachment(sha256=one.sha256, name=one.name, media_type=media_type, size=own.size)
    seen = await readable(call.workspace, call.by, one.sha256)
    if seen is None or not await attachments.has(one.sha256):
        message = f"You have not sent all of {one.sha256} ({one.name!r}): send it with `attach`, then say this again."
        return Refusal(code="NOT_FOUND", message=message)
    return Attachment(sha256=one.sha256, name=one.name, media_type=seen.media_type, size=seen.size)


async def _remove(workspace: Workspace, contents: set[str]) -> None:
    async def is_named(sha256: str) -> bool:
        return bool(await workspace.reading.naming(sha256))

    try:
        await workspace.attachments.remove(contents, is_named)
    except AttachmentsFailed:
        # It is condemned: the next start goes on.
        return
