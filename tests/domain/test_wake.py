"""Who wakes and why, by table. `who_wakes` is the preview; what is recorded must be the same."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Limits, WakeRule
from chatbox.domain.wake import MENTIONS_MAX, Prospect, Waking, is_acknowledgement, mentions_in, who_wakes
from hypothesis import given
from hypothesis import strategies as st

from tests.support.simulated import ADA, GENERAL, SimulatedWorkspace, agent_identity, chat, reply

RULES_TABLE: list[tuple[WakeRule, str, str]] = [
    ("all", "The build is red.", "subscribed"),
    ("all", "@builder, the build is red.", "mentioned"),
    ("all", "@reviewer, the build is red.", "subscribed"),
    ("all", "ok", "acknowledgement"),
    ("mentions", "The build is red.", "not-mentioned"),
    ("mentions", "@builder, the build is red.", "mentioned"),
    ("mentions", "@BUILDER, the build is red.", "mentioned"),
    ("mentions", "@reviewer, the build is red.", "not-mentioned"),
    ("mentions", "Mail builder@example.org about it.", "not-mentioned"),
    ("mentions", "Run `@builder now` yourself.", "not-mentioned"),
    ("mentions", "```\n@builder, do\n```", "not-mentioned"),
    ("mentions", "```\n@builder, do", "not-mentioned"),
    ("mentions", "`code` and @builder.", "mentioned"),
    ("mentions", "@builder thanks!", "acknowledgement"),
    ("none", "The build is red.", "rule-none"),
    ("none", "@builder, the build is red.", "rule-none"),
    ("none", "ok", "rule-none"),
]


@pytest.mark.parametrize(("rule", "body", "reason"), RULES_TABLE)
def test_the_wake_rule_and_the_words_decide_who_wakes(rule: WakeRule, body: str, reason: str) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder=rule)
    (verdict,) = preview(workspace, body)
    assert (verdict.agent, verdict.reason) == ("builder", reason)
    assert verdict.wakes == (reason in ("subscribed", "mentioned"))


@pytest.mark.parametrize(("rule", "body", "reason"), RULES_TABLE)
def test_what_the_preview_says_is_what_is_recorded(rule: WakeRule, body: str, reason: str) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder=rule)
    foreseen = {verdict.agent: verdict.reason for verdict in preview(workspace, body) if verdict.wakes}
    workspace.say(ADA, body)
    assert recorded_wakes(workspace) == foreseen


def test_nobody_is_woken_by_their_own_message() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all", reviewer="all")
    workspace.say(ADA, "@builder, start.")
    workspace.claim("builder")
    workspace.say(agent_identity("builder", epoch=1), "I, @builder, have started.")
    (own,) = [v for v in preview(workspace, "I, @builder, …", author="builder") if v.agent == "builder"]
    assert (own.wakes, own.reason) == (False, "own-message")
    assert [charge.message for charge in workspace.agent("builder").pending] == [charges(workspace)[0]]


def test_a_reply_to_an_agents_message_wakes_it_without_a_mention() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="mentions")
    workspace.say(ADA, "@builder, start.")
    workspace.claim("builder")
    workspace.finish("builder", chat("Started."))
    said = workspace.state.channels[GENERAL].last
    workspace.say(ADA, reply(said, "Not yet!"))
    assert recorded_wakes(workspace) == {"builder": "replied-to"}


def test_a_reply_in_a_thread_to_somebody_else_wakes_only_whom_it_answers() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="mentions")
    workspace.say(ADA, "@builder, start.")
    workspace.claim("builder")
    workspace.finish("builder", chat("Started."))
    guest = workspace.visitor("guest")
    aside = workspace.say(guest, reply(workspace.state.channels[GENERAL].last, "thanks"))
    workspace.say(ADA, reply(aside, "Welcome, guest."))
    assert not recorded_wakes(workspace)


def test_an_agent_that_replies_to_itself_stays_asleep() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    own = workspace.say(agent_identity("builder", epoch=1), "Starting.")
    workspace.finish("builder", reply(own, "And done, see @builder."))
    assert workspace.agent("builder").state == "asleep"


def test_an_agent_that_does_not_follow_the_channel_is_no_question_at_all() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare("#dispatch", builder="all")
    assert preview(workspace, "@builder, look.") == []


def test_a_retired_agent_is_not_woken() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.declare()
    assert preview(workspace, "@builder, look.") == []


@pytest.mark.parametrize("state", ["busy", "backoff", "parked"])
def test_an_agent_that_cannot_start_now_is_charged_all_the_same(state: str) -> None:
    workspace = SimulatedWorkspace(Limits(attempts=1 if state == "parked" else 5))
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    if state != "busy":
        workspace.fail("builder")
    number = workspace.say(ADA, "More.")
    assert workspace.agent("builder").state == state
    assert workspace.agent("builder").owed == number


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(root_turns=1), "turns-spent"), (Limits(root_depth=1), "depth-spent")],
)
def test_a_spent_budget_wakes_nobody_and_is_said_once(limits: Limits, reason: str) -> None:
    workspace = SimulatedWorkspace(limits)
    workspace.declare(builder="all", reviewer="mentions")
    workspace.say(ADA, "@builder, start.")
    workspace.claim("builder")
    for _ in range(3):
        workspace.say(agent_identity("builder", epoch=1), "@reviewer, look.")
    verdicts = {
        verdict.agent: verdict.reason
        for verdict in preview(workspace, "@reviewer", author="builder", depth=1, root=charges(workspace)[0])
    }
    assert verdicts == {"builder": "own-message", "reviewer": reason}
    assert workspace.agent("reviewer").state == "asleep"
    spent = [one.entry for one in workspace.entries if isinstance(one.entry, e.BudgetSpent)]
    assert spent == [e.BudgetSpent(root=charges(workspace)[0], limit="turns" if reason == "turns-spent" else "depth")]


def test_with_budget_left_the_same_messages_do_wake() -> None:
    """The control of the test above."""
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all", reviewer="mentions")
    workspace.say(ADA, "@builder, start.")
    workspace.claim("builder")
    workspace.say(agent_identity("builder", epoch=1), "@reviewer, look.")
    assert workspace.agent("reviewer").state == "waking"


@pytest.mark.parametrize(
    "body",
    ["ok", "OK.", " ok! ", "Thanks", "thank you.", "got it", "👍", "+1", "✅", "done.", "will do", "Yes!", "@ada ok"],
)
def test_a_message_that_only_acknowledges_is_known_as_one(body: str) -> None:
    assert is_acknowledgement(body)


@pytest.mark.parametrize("body", ["ok, but why?", "not done", "yes and no", "", "okra", "👍 deploy it", "done: 3 of 7"])
def test_a_message_that_says_more_is_not_taken_for_an_acknowledgement(body: str) -> None:
    assert not is_acknowledgement(body)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("@ada", ("ada",)),
        ("@ada.", ("ada",)),
        ("(@ada)", ("ada",)),
        ("@ada @bob @ada", ("ada", "bob")),
        ("@a.b-c_d", ("a.b-c_d",)),
        ("x@ada", ()),
        ("https://example.org/@ada", ()),
        ("@@ada", ()),
        ("@", ()),
        ("``@ada``", ()),
        ("`a` @ada `b`", ("ada",)),
        ("`a\n@ada`", ("ada",)),
        ("```x``` @ada", ("ada",)),
        ("@é", ()),
    ],
)
def test_a_mention_is_a_name_after_an_at_sign_outside_code(body: str, names: tuple[str, ...]) -> None:
    assert mentions_in(body) == names


def test_a_message_with_too_many_mentions_is_refused_with_what_to_do() -> None:
    workspace = SimulatedWorkspace()
    names = " ".join(f"@name-{number}" for number in range(MENTIONS_MAX + 1))
    (refusal,) = workspace.submit(c.PostMessage(by=ADA, said=chat(names)))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, "mentions 65 names" in refusal.message) == ("VALIDATION_ERROR", True)
    # As many as may be, one of them twice; and more than that in code.
    workspace.say(ADA, names.replace("@name-64", "@name-0"))
    workspace.say(ADA, f"```\n{names}\n```")


@given(st.text())
def test_whatever_is_written_reading_its_mentions_ends_well(body: str) -> None:
    names = mentions_in(body)
    assert len(set(names)) == len(names)
    assert all(f"@{name}" in body for name in names)


@given(st.text(alphabet="@ab`\n .", max_size=40))
def test_words_inside_one_code_block_mention_nobody(body: str) -> None:
    assert mentions_in(f"```\n{body.replace('`', '')}\n```") == ()


def preview(
    workspace: SimulatedWorkspace, body: str, author: str = "ada", depth: int = 0, root: int | None = None
) -> list[Waking]:
    prospect = Prospect(
        author=author,
        channel=GENERAL,
        body=body,
        mentions=mentions_in(body),
        root=workspace.state.seq + 1 if root is None else root,
        depth=depth,
    )
    return list(who_wakes(workspace.state, workspace.limits, prospect))


def charges(workspace: SimulatedWorkspace) -> list[int]:
    """The messages that agents were woken for, oldest first."""
    return [one.entry.message for one in workspace.entries if isinstance(one.entry, e.AgentWoken)]


def recorded_wakes(workspace: SimulatedWorkspace) -> dict[str, str]:
    """Whom the newest message woke, and why."""
    newest = workspace.state.channels[GENERAL].last
    woken = (one.entry for one in workspace.entries if isinstance(one.entry, e.AgentWoken))
    return {entry.agent: entry.reason for entry in woken if entry.message == newest}
