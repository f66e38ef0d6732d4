"""From the params of a request to a command in the broker's hands."""

from typing import Any

from chatbox.domain.batch import Outcome
from chatbox.domain.chain import digest
from chatbox.domain.commands import Command
from chatbox.domain.entries import ClientKey
from chatbox.domain.refusal import Refusal
from chatbox.operations.registry import Call
from chatbox.operations.wire import Params


async def submit(
    call: Call,
    kind: type[Command],
    params: Params,
    **fields: Any,
) -> Outcome | Refusal:
    """Have a command of `kind` decided, recorded and answered."""
    key = getattr(params, "client_key", None)
    client_key = None
    if key is not None:
        # Without defaults: an optional field that a later version adds leaves older requests their digests.
        request = params.model_dump(mode="json", exclude={"client_key"}, exclude_defaults=True)
        client_key = ClientKey(operation=call.operation, key=key, params=digest(request))
    return await call.workspace.broker.submit(kind(by=call.by, key=client_key, **fields))
