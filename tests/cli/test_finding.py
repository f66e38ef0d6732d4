"""`search`, `reply`, `propose`, `vote`, `decisions`, `tokens`: what a script sees of them."""

from typing import get_args

from chatbox.cli.vote import CHOICES
from chatbox.domain.values import Choice

from tests.support.processes import Place


def test_what_was_said_is_found_newest_first(shared: Place) -> None:
    ids = [shared.run("post", "general", f"the heron number {n}", "--json").json["id"] for n in range(3)]
    shared.run("post", "debug", "another heron")
    found = shared.run("search", "heron", "in:#general", "--json").json
    assert [one["id"] for one in found] == ids[::-1]
    first = shared.run("search", "heron in:general", "--limit", "1")
    assert first.code == 0
    assert first.out.startswith(f"{ids[2]}\t")
    assert f"--before {ids[2]} goes on" in first.err
    older = shared.run("search", "heron", "in:#general", "--before", str(ids[2]), "--json").json
    assert [one["id"] for one in older] == ids[1::-1]


def test_a_search_without_a_find_is_empty_and_one_without_sense_is_refused(shared: Place) -> None:
    assert shared.run("search", "nothing-like-that", "--json").json == []
    refused = shared.run("search", "before:yesterday", "--json")
    assert refused.code == 1
    assert refused.error["code"] == "VALIDATION_ERROR"
    assert shared.run("search").code == 64


def test_a_reply_goes_where_its_thread_is(shared: Place) -> None:
    asked = shared.run("post", "human", "Which bus?", "--title", "Bus", "--json").json["id"]
    answered = shared.run("reply", str(asked), "-", "--json", stdin="the night bus\n")
    found = shared.run("search", '"the night bus"', "--json").json
    assert [(one["id"], one["thread"], one["channel"]) for one in found] == [(answered.json["id"], asked, "#human")]
    assert shared.run("reply", "999999", "x", "--json").error["code"] == "NOT_FOUND"


def test_what_is_voted_on_becomes_a_decision(shared: Place) -> None:
    number = shared.run("propose", "general", "Tabs", "Use tabs.", "--quorum", "1", "--json").json["id"]
    assert number in [one["id"] for one in shared.run("decisions", "--open", "--json").json]
    assert shared.run("decisions").out == ""
    voted = shared.run("vote", str(number), "for", "--reason", "It is shorter.")
    assert voted.out == f"voted for; proposal {number} is accepted\n"
    (row,) = shared.run("decisions").out.splitlines()
    assert row.split("\t")[:4] == [str(number), "accepted", "for:1", "#general"]
    late = shared.run("vote", str(number), "against", "--reason", "Too late.", "--json")
    assert late.code == 1
    assert shared.run("vote", str(number), "maybe", "--reason", "x").code == 64


def test_each_choice_can_be_named() -> None:
    assert get_args(Choice) == CHOICES


def test_a_rotated_token_is_another_one_and_is_not_printed(shared: Place) -> None:
    file = shared.state / "token"
    before = file.read_text().strip()
    rotated = shared.run("tokens", "rotate")
    after = file.read_text().strip()
    assert rotated.code == 0
    assert after != before
    assert after not in rotated.out + rotated.err
    assert file.stat().st_mode & 0o777 == 0o600
    for token in (before, after):
        assert "session_token" in shared.ask("hello", token, name=f"bob-{token[:4]}", default_channels=[])
    assert shared.run("tokens", "rotate", "--json").json["status"] == "rotated"
    assert "error" in shared.ask("hello", before, name="late", default_channels=[])


def test_an_agent_cannot_rotate(shared: Place) -> None:
    token = (shared.state / "token").read_text().strip()
    session = shared.ask("hello", token, name="eve", default_channels=[])["session_token"]
    refused = shared.run("tokens", "rotate", "--json", AGENTCHAT_TOKEN=session)
    assert refused.code == 5
