"""What was said, as a page for people: Markdown, or one HTML file that loads nothing and runs nothing.

Whatever a participant wrote is quoted, so that no message can pretend to be another one or a part of the page.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from chatbox.app.retelling import Told
from chatbox.cli.beside import Beside
from chatbox.cli.output import SECOND, cleaned, one_line
from chatbox.domain.shown import AttachmentView

REDACTED = "(redacted)"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~])")
_STYLE = """\
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-top: 3rem; }
article { margin: 1.25rem 0; }
article.reply { margin-left: 2rem; }
header, footer { font-size: .85em; opacity: .75; }
header a { color: inherit; }
img { display: block; max-width: 100%; max-height: 30rem; margin: .2rem 0; }
h3 { margin: .2rem 0; font-size: 1em; }
pre { font: inherit; margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
"""
_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<h1>{title}</h1>
"""


def markdown(name: str, messages: Sequence[Told], beside: Beside) -> Iterator[str]:
    """The page as Markdown, a piece at a time."""
    yield f"# {_plain(name)}\n\n"
    for channel, said in _by_channel(messages):
        yield f"## {_plain(channel)}\n\n"
        for message in said:
            yield f"{_marked_header(message)}\n\n{_quoted(message)}\n"
            for one in message.attachments:
                link = beside.link(one)
                yield f"- attached: {_plain(_file(one)) if link is None else f'[{_plain(_file(one))}](<{link}>)'}\n"
            for fact in message.became:
                yield f"- {_plain(fact)}\n"
            yield "\n" if message.became or message.attachments else ""


def html(name: str, messages: Sequence[Told], beside: Beside) -> Iterator[str]:
    """The page as HTML, a piece at a time."""
    yield _HEAD.format(title=_escaped(name), style=_STYLE)
    shown = {message.id for message in messages}
    for channel, said in _by_channel(messages):
        yield f"<h2>{_escaped(channel)}</h2>\n"
        for message in said:
            yield from _article(message, shown, beside)
    yield "</body>\n</html>\n"


def _article(message: Told, shown: set[int], beside: Beside) -> Iterator[str]:
    kind = ' class="reply"' if message.thread is not None else ""
    yield f'<article id="m{message.id}"{kind}>\n'
    answers = ""
    if message.thread is not None:
        to = f'<a href="#m{message.thread}">{message.thread}</a>' if message.thread in shown else str(message.thread)
        answers = f" · reply to {to}"
    marks = "".join(f" · {mark}" for mark in _marks(message))
    number = f'<a href="#m{message.id}">{message.id}</a>'
    author = f"<strong>{_escaped(one_line(message.author))}</strong>"
    yield f"<header>{author} · {_time(message.at)} · {number}{answers}{marks}</header>\n"
    if message.title:
        yield f"<h3>{_escaped(one_line(message.title))}</h3>\n"
    yield f"<pre>{_escaped(_body(message))}</pre>\n"
    for one in message.attachments:
        yield from _attachment(one, beside)
    if message.became:
        yield f"<footer>{'<br>'.join(_escaped(one_line(fact)) for fact in message.became)}</footer>\n"
    yield "</article>\n"


def _attachment(one: AttachmentView, beside: Beside) -> Iterator[str]:
    link = beside.link(one)
    told = _escaped(one_line(_file(one)))
    linked = told if link is None else f'<a href="{_escaped(link)}">{told}</a>'
    yield f"<footer>attached: {linked}</footer>\n"
    picture = beside.picture(one)
    if picture is not None:
        data = base64.b64encode(picture).decode()
        yield f'<img src="data:{one.media_type};base64,{data}" alt="{_escaped(one_line(one.name))}">\n'


def _file(one: AttachmentView) -> str:
    return f"{one.name} ({one.media_type}, {one.size} bytes)"


def _marked_header(message: Told) -> str:
    answers = "" if message.thread is None else f" · reply to {message.thread}"
    marks = "".join(f" · {mark}" for mark in _marks(message))
    title = f": {_plain(message.title)}" if message.title else ""
    return f"**{_plain(message.author)}** · {_time(message.at)} · {message.id}{answers}{marks}{title}"


def _marks(message: Told) -> Iterator[str]:
    if message.tier:
        yield f"asks for approval (tier {message.tier})"
    if message.edited:
        yield "edited"


def _by_channel(messages: Sequence[Told]) -> Iterator[tuple[str, list[Told]]]:
    channels: dict[str, list[Told]] = {}
    for message in messages:
        channels.setdefault(message.channel, []).append(message)
    yield from sorted(channels.items())


def _body(message: Told) -> str:
    return REDACTED if message.body is None else cleaned(message.body)


def _quoted(message: Told) -> str:
    """The body as it was written, since most of it is Markdown, but inside a quotation."""
    return "".join(f"> {line}".rstrip() + "\n" for line in _body(message).split("\n"))


def _plain(text: str) -> str:
    """`text` on one line, with nothing that Markdown would read."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def _escaped(text: str) -> str:
    return escape(cleaned(text), quote=True)


def _time(at: int) -> str:
    """UTC, so that the same journal is the same page everywhere."""
    return datetime.fromtimestamp(at / SECOND, tz=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
