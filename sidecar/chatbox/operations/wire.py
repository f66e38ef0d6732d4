"""The shapes that requests and results are made of, and the limits on what a request may hold."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from chatbox.domain.attachments import NAME_CHARACTERS_MAX, PER_MESSAGE_MAX, wrong_with
from chatbox.domain.shown import Shown
from chatbox.domain.values import ChannelName, Frozen, Kind, Name, Role, Scope, Sha256

BODY_BYTES_MAX = 256 * 1024
TITLE_CHARACTERS_MAX = 300


class Wire(Shown):
    """A shape of a result."""


class Params(Frozen):
    """A shape of a request; an unknown field is refused by name."""


class WritingParams(Params):
    """A request that changes something. The same `client_key` with the same params happens once."""

    client_key: Annotated[str, Field(min_length=1, max_length=128)] | None = None


def _with_hash(value: object) -> object:
    return f"#{value}" if isinstance(value, str) and value and not value.startswith("#") else value


Channel = Annotated[ChannelName, BeforeValidator(_with_hash)]
"""A channel's name; `general` is read as `#general`."""


TOO_LONG = f"Text has at most {BODY_BYTES_MAX} bytes of UTF-8: say less, or attach it as a file"
"""What is said of a longer one."""


def _of_bounded_bytes(text: str) -> str:
    if len(text.encode("utf-8", "surrogatepass")) > BODY_BYTES_MAX:
        raise PydanticCustomError("string_too_long", "{wrong}", {"wrong": TOO_LONG, "max_length": BODY_BYTES_MAX})
    return text


Body = Annotated[str, Field(min_length=1, max_length=BODY_BYTES_MAX), AfterValidator(_of_bounded_bytes)]
"""Free text of at most 256 KiB in UTF-8."""


def _of_a_file(name: str) -> str:
    wrong = wrong_with(name)
    if wrong is not None:
        raise PydanticCustomError("file_name", "{wrong}", {"wrong": wrong})
    return name


def _each_once(attachments: list["Attached"]) -> list["Attached"]:
    if len({one.sha256 for one in attachments}) < len(attachments):
        raise PydanticCustomError("each_once", "two of them have the same content: leave one out")
    return attachments


class Attached(Frozen):
    """A content that was sent with `attach`, or that the caller may read, and what to call it here."""

    sha256: Sha256
    name: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX), AfterValidator(_of_a_file)]


class SayingParams(WritingParams):
    """What says something may bring files along."""

    attachments: Annotated[list[Attached], AfterValidator(_each_once)] = Field(
        default_factory=list, max_length=PER_MESSAGE_MAX
    )


Title = Annotated[str, Field(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
TOKENS_MAX = 200_000
Tokens = Annotated[int, Field(ge=600, le=TOKENS_MAX)]
"""A budget of tokens, estimated from above. The least has room for a post, its approval and a reply, each cut short."""

PAGE_DEFAULT = 50
PAGE_MAX = 500
Limit = Annotated[int, Field(ge=1, le=PAGE_MAX)]
"""How many of a list's things one answer has at most."""

END = 2**53
"""Behind every number that there is."""

Seq = Annotated[int, Field(ge=0, lt=END)]
ParticipantName = Name


class Nothing(Params):
    """No params."""


class Done(Wire):
    """It is so now."""

    ok: Literal[True] = True


class Whoami(Wire):
    """The caller, as its token says. `role` is null for agents.

    Invited people are here until `expires`; nothing but `channels` exists for them (null: no limit).
    """

    participant: str
    kind: Kind
    role: Role | None
    scopes: list[Scope]
    channels: list[str] | None
    expires: int | None
    workspace: str
    journal: str
    version: str
    head: int
