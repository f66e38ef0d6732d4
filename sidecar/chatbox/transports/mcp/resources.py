"""Channels and posts as resources: what can be read, and whoever wants to know when it changes."""

import base64
import re
from typing import Any

import orjson
from mcp.server.context import ServerRequestContext
from mcp.server.subscriptions import ListenHandler
from mcp.types import (
    BlobResourceContents,
    EmptyResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    TextResourceContents,
    UnsubscribeRequestParams,
)
from pydantic import BaseModel
from starlette.requests import Request

from chatbox.domain.attachments import TEXT
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity
from chatbox.operations.attachments import Whole, whole
from chatbox.operations.calling import invoke
from chatbox.operations.channels import RoomsResult
from chatbox.operations.messages import PostResult
from chatbox.operations.wire import PAGE_MAX
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place, sender
from chatbox.transports.mcp.changes import Changes, channel_uri
from chatbox.transports.mcp.prompts import SUMMARY_TOKENS
from chatbox.transports.mcp.refusals import error_of
from chatbox.transports.mcp.speaker import reader

JSON = "application/json"
CHANNEL_MESSAGES = 50

_URI = re.compile(
    r"chatbox://(?:channel/(?P<channel>[a-z0-9][a-z0-9-]{0,63})|post/(?P<post>[0-9]{1,15})"
    r"|attachment/(?P<attachment>[0-9a-f]{64}))"
)
_TEMPLATES = ListResourceTemplatesResult(
    resource_templates=[
        ResourceTemplate(
            name="channel",
            uri_template="chatbox://channel/{name}",
            description="The newest messages of a channel that you follow.",
            mime_type=JSON,
        ),
        ResourceTemplate(
            name="post",
            uri_template="chatbox://post/{post_id}",
            description="A message with its replies and its approval.",
            mime_type=JSON,
        ),
        ResourceTemplate(
            name="attachment",
            uri_template="chatbox://attachment/{id}",
            description="A file of a message, by the `id` in its `attachments`.",
        ),
    ]
)

_Context = ServerRequestContext[Any, Request]


class Resources:
    """The resources of one workspace."""

    def __init__(self, workspace: Workspace, place: Place, changes: Changes) -> None:
        """`changes` tells who subscribes."""
        self._workspace = workspace
        self._place = place
        self._changes = changes

    async def listed(self, context: _Context, _params: PaginatedRequestParams | None) -> ListResourcesResult:
        """resources/list: the channels that the caller follows."""
        rooms = await self._asked(self._reader(context), "rooms", {})
        assert isinstance(rooms, RoomsResult), "it is what rooms answers"
        return ListResourcesResult(
            resources=[
                Resource(uri=channel_uri(room.name), name=room.name, description=room.description, mime_type=JSON)
                for room in rooms.channels
                if room.offset is not None
            ]
        )

    async def templates(
        self, _context: _Context, _params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        """resources/templates/list."""
        return _TEMPLATES

    async def read(self, context: _Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        """resources/read."""
        by = self._reader(context)
        file = _URI.fullmatch(params.uri)
        if file is not None and file["attachment"] is not None:
            return ReadResourceResult(contents=[_contents(params.uri, await self._file(by, file["attachment"]))])
        answer = await self._read(by, params.uri)
        text = orjson.dumps(answer.model_dump(mode="json")).decode()
        return ReadResourceResult(contents=[TextResourceContents(uri=params.uri, mime_type=JSON, text=text)])

    async def subscribe(self, context: _Context, params: SubscribeRequestParams) -> EmptyResult:
        """resources/subscribe, in the era of sessions. Only what can be read can be subscribed to."""
        by = self._reader(context)
        await self._read(by, params.uri)
        self._changes.subscribe(context.session, by, params.uri)
        return EmptyResult()

    async def unsubscribe(self, context: _Context, params: UnsubscribeRequestParams) -> EmptyResult:
        """resources/unsubscribe."""
        self._changes.unsubscribe(context.session, params.uri)
        return EmptyResult()

    async def listen(self, context: _Context, params: SubscriptionsListenRequestParams) -> SubscriptionsListenResult:
        """subscriptions/listen, in the stateless era."""
        return await ListenHandler(self._changes.seen_by(self._reader(context)))(context, params)

    async def thread(self, context: _Context, post: int) -> PostResult:
        """A thread, for the prompt that summarises it. Raises `MCPError`."""
        asked = {"post_id": post, "max_msgs": PAGE_MAX, "max_tokens": SUMMARY_TOKENS}
        found = await self._asked(self._reader(context), "get_post", asked)
        assert isinstance(found, PostResult), "it is what get_post answers"
        return found

    async def _read(self, by: Identity, uri: str) -> BaseModel:
        found = _URI.fullmatch(uri)
        if found is None or found["attachment"] is not None:
            # An attachment never changes: there is nothing to subscribe to.
            sentence = f"There is no resource {uri}: chatbox://channel/NAME or chatbox://post/ID."
            raise error_of(Refusal(code="NOT_FOUND", message=sentence), uri=uri)
        if found["post"] is not None:
            return await self._asked(by, "get_post", {"post_id": int(found["post"])})
        newest = {"limit": CHANNEL_MESSAGES, "max_tokens": SUMMARY_TOKENS}
        return await self._asked(by, "history", {"channel": f"#{found['channel']}", **newest})

    async def _file(self, by: Identity, sha256: str) -> Whole:
        found = await whole(self._workspace, by, sha256)
        if isinstance(found, Refusal):
            raise error_of(found)
        return found

    def _reader(self, context: _Context) -> Identity:
        assert context.request is not None, "it came over HTTP"
        connection = sender(self._workspace.door, self._place, context.request.headers)
        by = connection if isinstance(connection, Refusal) else reader(connection)
        if isinstance(by, Refusal):
            raise error_of(by)
        return by

    async def _asked(self, by: Identity, operation: str, params: dict[str, Any]) -> BaseModel:
        answer = await invoke(self._workspace, by, "mcp", operation, params)
        if isinstance(answer, Refusal):
            raise error_of(answer)
        return answer


def _contents(uri: str, file: Whole) -> TextResourceContents | BlobResourceContents:
    """Text as a model reads it, everything else as bytes."""
    if file.media_type == TEXT:
        return TextResourceContents(uri=uri, mime_type=TEXT, text=file.data.decode("utf-8", "replace"))
    return BlobResourceContents(uri=uri, mime_type=file.media_type, blob=base64.b64encode(file.data).decode())
