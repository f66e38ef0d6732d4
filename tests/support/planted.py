"""A workspace with words that stand in one channel only, for tests of who can come by them."""

from dataclasses import dataclass
from typing import Any

from chatbox.app.owning import Owner
from chatbox.client.endpoint import Files
from chatbox.domain.commands import ClaimTurn, Command, FailTurn, FinishTurn
from chatbox.domain.refusal import Refusal
from chatbox.operations.caller import Caller
from chatbox.operations.tokens import digest_of

from tests.support.guests import invited
from tests.support.sending import post, sha256
from tests.support.talkers import HttpCaller

SECRET = "#phase-zanzibar"
FILE = b"escargot"
AGENTS = f"""
[[agent]]
name = "turnip"
engine = "stub"
subscriptions = {{ "{SECRET}" = "all" }}

[[agent]]
name = "both"
engine = "stub"
subscriptions = {{ "{SECRET}" = "all", "#general" = "all" }}
"""
WORDS = {
    "zanzibar": "the channel's name",
    "quagga": "what the channel is for",
    "marmalade": "an agent that speaks there",
    "turnip": "an agent that runs, and follows it",
    "rhubarb": "a person who was let in there",
    "xylophone": "a chat",
    "obsidian": "the title of a question",
    "gherkin": "its body",
    "pangolin": "a proposal",
    "kumquat": "the reason of a vote",
    "nougat": "what was said before an edit",
    "falafel": "what is said after it",
    "dirigible": "how a post ended",
    "tarragon": "why something was approved",
    "sassafras": "the name of a file",
    "ZXNjYXJnb3Q": "its bytes, in base64",
    "bergamot": "the error of a turn that was to answer both channels",
}


@dataclass(frozen=True, slots=True)
class Planted:
    """The messages in the secret channel, and those in #general that an agent of both channels has to do with."""

    there: dict[str, int]
    file: str
    caused: int
    failed: int


def prepare(files: Files) -> None:
    """The files of a workspace that nobody owns yet: the channel, with what it is for, and the agents."""
    files.folder.mkdir()
    files.agents.write_text(AGENTS)
    phases = files.root / "phases"
    phases.mkdir()
    (phases / f"{SECRET[1:]}.md").write_text("# The quagga plan\n")


async def plant(owner: Owner, root: Caller, agent: Caller) -> Planted:
    """Have everybody speak; `agent` is the visiting agent marmalade."""
    there = await _said_there(owner, root, agent)
    epoch = await _claimed(owner, "first")
    turn = HttpCaller(owner.url, "first")
    caused = (await turn.call("chat", {"channel": "general", "body": "I have heard something."}))["message_id"]
    await turn.close()
    await _submitted(owner, FinishTurn(agent="both", epoch=epoch))
    failed = (await root.call("chat", {"channel": "general", "body": "@both, please."}))["message_id"]
    epoch = await _claimed(owner, "second")
    await _submitted(owner, FailTurn(agent="both", epoch=epoch, cause="crashed", error="bergamot"))
    return Planted(there, sha256(FILE), caused, failed)


async def _said_there(owner: Owner, root: Caller, agent: Caller) -> dict[str, int]:
    rhubarb = HttpCaller(owner.url, await invited(root, owner.url, "rhubarb", channels=[SECRET]))
    chat = (await rhubarb.call("chat", {"channel": SECRET, "body": "xylophone"}))["message_id"]
    await rhubarb.close()
    question = {"channel": SECRET, "title": "obsidian", "description": "gherkin", "type": "plan"}
    asked = (await agent.call("start_post", {**question, "tier": 2}))["post_id"]
    decided = (await agent.call("start_post", {**question, "tier": 1}))["post_id"]
    await root.call("approve", {"post_id": decided, "comment": "tarragon"})
    file = await post(agent, FILE, "sassafras.txt", SECRET)
    proposed = await _voted(root, agent, 9)
    settled = await _voted(root, agent, 1)
    edited = (await agent.call("chat", {"channel": SECRET, "body": "nougat"}))["message_id"]
    await agent.call("edit_message", {"message_id": edited, "body": "falafel"})
    closed = (await agent.call("start_post", question))["post_id"]
    await agent.call("pin_post", {"post_id": closed})
    await agent.call("close_post", {"post_id": closed, "resolution": "dirigible"})
    return {
        "chat": chat,
        "asked": asked,
        "decided": decided,
        "file": file,
        "proposed": proposed,
        "settled": settled,
        "edited": edited,
        "closed": closed,
    }


async def _voted(root: Caller, agent: Caller, quorum: int) -> int:
    proposal: dict[str, Any] = {"channel": SECRET, "title": "pangolin", "description": "pangolin", "quorum": quorum}
    post = int((await agent.call("propose", proposal))["post_id"])
    await root.call("vote", {"post_id": post, "choice": "for", "reason": "kumquat"})
    return post


async def _claimed(owner: Owner, token: str) -> int:
    await _submitted(owner, ClaimTurn(agent="both", supervisor="tests", credential=digest_of(token)))
    epoch = owner.workspace.broker.state.agents["both"].epoch
    owner.workspace.presence.beat("both", epoch)
    return epoch


async def _submitted(owner: Owner, command: Command) -> None:
    outcome = await owner.workspace.broker.submit(command)
    assert not isinstance(outcome, Refusal), outcome
