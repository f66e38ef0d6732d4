"""The resources and prompts that the conformance suite wants to find, and how all its fixtures join our server."""

from collections.abc import Awaitable, Callable
from typing import Any

from mcp import types as t
from mcp.server.lowlevel import Server

from tests.transports.mcp.fixtures import PICTURE, TOOLS, asking, embedded, given, text, wanting

RESOURCES: dict[str, t.TextResourceContents | t.BlobResourceContents] = {
    "test://static-text": t.TextResourceContents(
        uri="test://static-text", mime_type="text/plain", text="This is the content of the static text resource."
    ),
    "test://static-binary": t.BlobResourceContents(uri="test://static-binary", mime_type="image/png", blob=PICTURE),
    "test://watched-resource": t.TextResourceContents(
        uri="test://watched-resource", mime_type="text/plain", text="Watched."
    ),
    "test://template/123/data": t.TextResourceContents(
        uri="test://template/123/data",
        mime_type="application/json",
        text='{"id": "123", "templateTest": true, "data": "Data for ID: 123"}',
    ),
}

PROMPTS = {
    "test_simple_prompt": (),
    "test_prompt_with_arguments": ("arg1", "arg2"),
    "test_prompt_with_embedded_resource": ("resourceUri",),
    "test_prompt_with_image": (),
    "test_input_required_result_prompt": (),
}


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""The suite looks whether it finds each of these keywords again in the list."""


def prompt(params: t.GetPromptRequestParams) -> t.GetPromptResult | t.InputRequiredResult:
    arguments = params.arguments or {}
    said: list[t.ContentBlock] = []
    match params.name:
        case "test_simple_prompt":
            said = [text("This is a simple prompt for testing.")]
        case "test_prompt_with_arguments":
            said = [text(f"Prompt with arguments: arg1='{arguments['arg1']}', arg2='{arguments['arg2']}'")]
        case "test_prompt_with_embedded_resource":
            content = embedded(arguments["resourceUri"], "Embedded resource content for testing.")
            said = [content, text("Please process the embedded resource above.")]
        case "test_prompt_with_image":
            picture = t.ImageContent(type="image", data=PICTURE, mime_type="image/png")
            said = [picture, text("Please analyze the image above.")]
        case _:
            if given(params, "user_context") is None:
                question = asking("What context should the prompt use?", context={"type": "string"})
                return wanting(user_context=question)
            said = [text("With your context.")]
    return t.GetPromptResult(messages=[t.PromptMessage(role="user", content=one) for one in said])


def dress(server: Server[Any]) -> None:
    """Put the fixtures beside what the server has; everything else goes to it."""
    ours = {name: server.get_request_handler(name) for name in METHODS}

    def beside(method: str, kind: type[Any], theirs: Callable[[Any, Any, Any], Awaitable[Any]]) -> None:
        entry = ours[method]

        async def either(context: Any, params: Any) -> Any:
            async def own() -> Any:
                assert entry is not None, method
                return await entry.handler(context, params)

            return await theirs(context, params, own)

        server.add_request_handler(method, kind, either)

    for method, (kind, theirs) in METHODS.items():
        beside(method, kind, theirs)


async def call(context: Any, params: t.CallToolRequestParams, own: Any) -> Any:
    return await TOOLS[params.name](context, params) if params.name in TOOLS else await own()


async def list_tools(_context: Any, _params: Any, own: Any) -> Any:
    found = await own()
    schemas: dict[str, dict[str, Any]] = {name: {"type": "object"} for name in TOOLS}
    schemas["json_schema_2020_12_tool"] = SCHEMA
    more = [
        t.Tool(name=name, description=f"A fixture of the suite: {name}.", input_schema=schema)
        for name, schema in schemas.items()
    ]
    return found.model_copy(update={"tools": [*found.tools, *more]})


async def list_resources(_context: Any, _params: Any, own: Any) -> Any:
    found = await own()
    more = [
        t.Resource(uri=uri, name=uri.removeprefix("test://"), mime_type=one.mime_type) for uri, one in RESOURCES.items()
    ]
    return found.model_copy(update={"resources": [*found.resources, *more]})


async def read(_context: Any, params: t.ReadResourceRequestParams, own: Any) -> Any:
    found = RESOURCES.get(params.uri)
    return await own() if found is None else t.ReadResourceResult(contents=[found])


async def subscribe(_context: Any, params: Any, own: Any) -> Any:
    return t.EmptyResult() if params.uri in RESOURCES else await own()


async def list_prompts(_context: Any, _params: Any, own: Any) -> Any:
    found = await own()
    more = [
        t.Prompt(
            name=name,
            description=f"A fixture of the suite: {name}.",
            arguments=[t.PromptArgument(name=argument, required=True) for argument in arguments],
        )
        for name, arguments in PROMPTS.items()
    ]
    return found.model_copy(update={"prompts": [*found.prompts, *more]})


async def get_prompt(_context: Any, params: t.GetPromptRequestParams, own: Any) -> Any:
    return prompt(params) if params.name in PROMPTS else await own()


async def complete(_context: Any, _params: Any, _own: Any) -> Any:
    return t.CompleteResult(completion=t.Completion(values=[], total=0, has_more=False))


async def set_level(_context: Any, _params: Any, _own: Any) -> Any:
    return t.EmptyResult()


METHODS: dict[str, tuple[type[Any], Callable[[Any, Any, Any], Awaitable[Any]]]] = {
    "tools/call": (t.CallToolRequestParams, call),
    "tools/list": (t.PaginatedRequestParams, list_tools),
    "resources/list": (t.PaginatedRequestParams, list_resources),
    "resources/read": (t.ReadResourceRequestParams, read),
    "resources/subscribe": (t.SubscribeRequestParams, subscribe),
    "resources/unsubscribe": (t.UnsubscribeRequestParams, subscribe),
    "prompts/list": (t.PaginatedRequestParams, list_prompts),
    "prompts/get": (t.GetPromptRequestParams, get_prompt),
    "completion/complete": (t.CompleteRequestParams, complete),
    "logging/setLevel": (t.SetLevelRequestParams, set_level),
}
