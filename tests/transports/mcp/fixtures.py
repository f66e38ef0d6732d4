"""The tools that the conformance suite wants to find, beside those of ChatBox.

Only what they are called and what they answer is the suite's; what carries them is the server under test.
"""

import asyncio
import base64
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from mcp import types as t
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SOUND = base64.b64encode(b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00").decode()
STEP_SECONDS = 0.05
"""The suite wants to see that notifications arrive while the tool works."""

Tool = Callable[[Any, t.CallToolRequestParams], Awaitable[t.CallToolResult | t.InputRequiredResult]]
TOOLS: dict[str, Tool] = {}


def tool(work: Tool) -> Tool:
    """Found by the suite under the function's name behind `test_`."""
    TOOLS[f"test_{getattr(work, '__name__', '')}"] = work
    return work


def text(words: str) -> t.TextContent:
    return t.TextContent(type="text", text=words)


def done(*content: t.ContentBlock) -> t.CallToolResult:
    return t.CallToolResult(content=list(content))


def embedded(uri: str, words: str, kind: str = "text/plain") -> t.EmbeddedResource:
    return t.EmbeddedResource(type="resource", resource=t.TextResourceContents(uri=uri, mime_type=kind, text=words))


def asking(message: str, **properties: dict[str, Any]) -> t.ElicitRequest:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return t.ElicitRequest(params=t.ElicitRequestFormParams(message=message, requested_schema=schema))


def a_sample(words: str) -> t.CreateMessageRequest:
    message = t.SamplingMessage(role="user", content=text(words))
    return t.CreateMessageRequest(params=t.CreateMessageRequestParams(messages=[message], max_tokens=100))


def wanting(state: str | None = None, **requests: Any) -> t.InputRequiredResult:
    return t.InputRequiredResult(input_requests=requests or None, request_state=state)


def given(params: Any, key: str) -> dict[str, Any] | None:
    """What the client answered under `key`, when it is an answer at all."""
    found = (params.input_responses or {}).get(key)
    if found is None:
        return None
    plain: dict[str, Any] = found.model_dump(mode="json", by_alias=True) if hasattr(found, "model_dump") else found
    return plain


@tool
async def simple_text(_context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    return done(text("This is a simple text response for testing."))


@tool
async def image_content(_context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    return done(t.ImageContent(type="image", data=PICTURE, mime_type="image/png"))


@tool
async def audio_content(_context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    return done(t.AudioContent(type="audio", data=SOUND, mime_type="audio/wav"))


@tool
async def embedded_resource(_context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    return done(embedded("test://embedded-resource", "This is an embedded resource content."))


@tool
async def multiple_content_types(_context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    return done(
        text("Multiple content types test:"),
        t.ImageContent(type="image", data=PICTURE, mime_type="image/png"),
        embedded("test://mixed-content-resource", '{"test": "data", "value": 123}', "application/json"),
    )


@tool
async def error_handling(_context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    content: list[t.ContentBlock] = [text("This tool intentionally returns an error for testing")]
    return t.CallToolResult(content=content, is_error=True)


async def log(context: Any, words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MCPDeprecationWarning)
        await context.session.send_log_message("info", words, related_request_id=context.request_id)


@tool
async def tool_with_logging(context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult | t.InputRequiredResult:
    for words in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await log(context, words)
        await asyncio.sleep(STEP_SECONDS)
    return done(text("Logged."))


@tool
async def logging_tool(context: Any, params: t.CallToolRequestParams) -> t.CallToolResult | t.InputRequiredResult:
    return await tool_with_logging(context, params)


@tool
async def tool_with_progress(context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    for progress in (0, 50, 100):
        await context.session.report_progress(progress, 100, f"Completed step {progress} of 100")
        await asyncio.sleep(STEP_SECONDS)
    return done(text(str((context.meta or {}).get("progress_token"))))


@tool
async def streaming_elicitation(context: Any, params: t.CallToolRequestParams) -> t.InputRequiredResult:
    return wanting(user_name=asking("What is your name?", name={"type": "string"}))


@tool
async def missing_capability(context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    if context.session.client_capabilities is None or context.session.client_capabilities.sampling is None:
        missing: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(code=t.MISSING_REQUIRED_CLIENT_CAPABILITY, message="This samples.", data=missing)
    return done(text("It could sample."))


@tool
async def sampling(context: Any, params: t.CallToolRequestParams) -> t.CallToolResult:
    message = t.SamplingMessage(role="user", content=text((params.arguments or {})["prompt"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MCPDeprecationWarning)
        sampled = await context.session.create_message([message], max_tokens=100, related_request_id=context.request_id)
    return done(text(f"LLM response: {sampled.content.text}"))


async def elicited(context: Any, message: str, properties: dict[str, Any]) -> t.CallToolResult:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    answer = await context.session.elicit_form(message, schema, related_request_id=context.request_id)
    return done(text(f"User response: action={answer.action}, content={answer.content}"))


@tool
async def elicitation(context: Any, params: t.CallToolRequestParams) -> t.CallToolResult:
    properties = {"username": {"type": "string"}, "email": {"type": "string"}}
    return await elicited(context, (params.arguments or {})["message"], properties)


@tool
async def elicitation_sep1034_defaults(context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    properties = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return await elicited(context, "Who are you?", properties)


def titled(*pairs: str) -> list[dict[str, str]]:
    return [{"const": name, "title": name.capitalize()} for name in pairs]


@tool
async def elicitation_sep1330_enums(context: Any, _params: t.CallToolRequestParams) -> t.CallToolResult:
    sizes, names = ["opt1", "opt2", "opt3"], ["Option One", "Option Two", "Option Three"]
    properties = {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": {"type": "string", "oneOf": titled("value1", "value2", "value3")},
        "legacyEnum": {"type": "string", "enum": sizes, "enumNames": names},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled("value1", "value2", "value3")}},
    }
    return await elicited(context, "Which?", properties)


@tool
async def input_required_result_elicitation(
    _context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    answer = given(params, "user_name")
    name = ((answer or {}).get("content") or {}).get("name")
    if not isinstance(name, str):
        return wanting(user_name=asking("What is your name?", name={"type": "string"}))
    return done(text(f"Hello, {name}!"))


@tool
async def input_required_result_sampling(
    _context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    answer = given(params, "capital_question")
    if answer is None:
        return wanting(capital_question=a_sample("What is the capital of France?"))
    return done(text(str(answer["content"])))


@tool
async def input_required_result_list_roots(
    _context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    answer = given(params, "client_roots")
    return wanting(client_roots=t.ListRootsRequest()) if answer is None else done(text(str(answer["roots"])))


@tool
async def input_required_result_request_state(
    _context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    if given(params, "confirm") is None or params.request_state != "asked":
        return wanting("asked", confirm=asking("Please confirm", ok={"type": "boolean"}))
    return done(text("state-ok"))


@tool
async def input_required_result_tampered_state(
    context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    return await input_required_result_request_state(context, params)


@tool
async def input_required_result_multiple_inputs(
    _context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    if any(given(params, key) is None for key in ("user_name", "greeting", "client_roots")):
        return wanting(
            "asked",
            user_name=asking("What is your name?", name={"type": "string"}),
            greeting=a_sample("Generate a greeting"),
            client_roots=t.ListRootsRequest(),
        )
    return done(text("Thank you for all of them."))


@tool
async def input_required_result_multi_round(
    _context: Any, params: t.CallToolRequestParams
) -> t.CallToolResult | t.InputRequiredResult:
    if params.request_state is None:
        return wanting("1", step1=asking("Step 1: What is your name?", name={"type": "string"}))
    if params.request_state == "1":
        return wanting("2", step2=asking("Step 2: What is your favorite color?", color={"type": "string"}))
    return done(text("Both steps are done."))


@tool
async def input_required_result_capabilities(context: Any, _params: t.CallToolRequestParams) -> t.InputRequiredResult:
    able = context.session.client_capabilities
    requests: dict[str, Any] = {}
    if able is not None and able.elicitation is not None:
        requests["user_name"] = asking("What is your name?", name={"type": "string"})
    if able is not None and able.sampling is not None:
        requests["greeting"] = a_sample("Generate a greeting")
    return wanting("asked", **requests)
