"""Whatever agents write, every cascade ends: a root's budget of turns and depth bounds it."""

from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.values import Limits, Utterance, WakeRule
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.simulated import ADA, SimulatedWorkspace, agent_identity, chat, declaration, reply

CHANNELS = ("#general", "#dispatch")
rules = st.sampled_from(("all", "mentions", "none"))
agents = st.lists(st.tuples(rules, rules), min_size=1, max_size=5)
limits = st.builds(Limits, root_turns=st.integers(1, 12), root_depth=st.integers(1, 6), attempts=st.integers(1, 3))


class Chatterboxes:
    """Agents that answer everything, everywhere, mentioning everybody."""

    def __init__(self, rules_of: list[tuple[WakeRule, WakeRule]], given_limits: Limits) -> None:
        self.workspace = SimulatedWorkspace(given_limits)
        self.names = [f"agent-{number}" for number in range(len(rules_of))]
        declared = (
            declaration(name, dict(zip(CHANNELS, rules, strict=True)))
            for name, rules in zip(self.names, rules_of, strict=True)
        )
        self.workspace.do(c.DeclareAgents(agents=tuple(declared)))
        self.turns = 0

    def words(self) -> list[Utterance]:
        everybody = " ".join(f"@{name}" for name in self.names)
        newest = max(self.workspace.known.messages)
        return [chat(f"{everybody}, go on.", channel) for channel in CHANNELS] + [reply(newest, "And you?")]

    def run(self, at_most: int, *, fails_every: int = 0) -> None:
        """Let them talk until all are silent. Fails when they are not after `at_most` turns."""
        while waking := [agent.name for agent in self.workspace.state.live_agents() if agent.state == "waking"]:
            claimed = self.workspace.led_to(c.ClaimTurn(agent=waking[0], supervisor="here", credential="t"))
            if not isinstance(claimed[0], e.TurnStarted):
                continue
            self.turns += 1
            assert self.turns <= at_most, "the cascade did not end within its budget"
            by = agent_identity(waking[0], claimed[0].epoch)
            self.workspace.say(by, self.words()[self.turns % 2])
            if fails_every and self.turns % fails_every:
                self.workspace.fail(waking[0])
                if self.workspace.agent(waking[0]).state == "backoff":
                    self.workspace.rest(waking[0])
            else:
                self.workspace.finish(waking[0], *self.words())


def spent_by_root(workspace: SimulatedWorkspace) -> dict[int, int]:
    """Turns each root paid for, counted from the entries and not from the state."""
    spent: dict[int, int] = {}
    for recorded in workspace.entries:
        if isinstance(recorded.entry, e.TurnStarted):
            for root in {charge.root for charge in recorded.entry.charges}:
                spent[root] = spent.get(root, 0) + 1
    return spent


@settings(max_examples=60, deadline=None)
@given(agents, limits, st.sampled_from((0, 2)))
def test_agents_that_answer_everything_stop_within_the_budget(
    rules_of: list[tuple[WakeRule, WakeRule]], given_limits: Limits, fails_every: int
) -> None:
    boxes = Chatterboxes(rules_of, given_limits)
    for channel in CHANNELS:
        boxes.workspace.say(ADA, chat("@agent-0, begin.", channel))
    boxes.run(at_most=2 * given_limits.root_turns, fails_every=fails_every)
    assert all(turns <= given_limits.root_turns for turns in spent_by_root(boxes.workspace).values())


@settings(max_examples=30, deadline=None)
@given(agents, limits)
def test_a_chain_of_answers_is_never_deeper_than_its_budget(
    rules_of: list[tuple[WakeRule, WakeRule]], given_limits: Limits
) -> None:
    boxes = Chatterboxes(rules_of, given_limits)
    boxes.workspace.say(ADA, "@agent-0, begin.")
    boxes.run(at_most=given_limits.root_turns)
    woken = [one.entry for one in boxes.workspace.entries if isinstance(one.entry, e.AgentWoken)]
    assert all(wake.depth < given_limits.root_depth for wake in woken)


def test_without_a_budget_the_same_agents_do_not_stop() -> None:
    """The control of the tests above."""
    boxes = Chatterboxes([("all", "all")] * 2, Limits(root_turns=10_000, root_depth=10_000))
    boxes.workspace.say(ADA, "Begin.")
    try:
        boxes.run(at_most=60)
    except AssertionError as endless:
        assert "did not end" in str(endless)  # noqa: PT017 - the property itself is what must fail
    else:
        raise AssertionError("agents that answer everything went silent by themselves")


def test_the_end_of_a_cascade_is_said_once() -> None:
    boxes = Chatterboxes([("all", "all")] * 3, Limits(root_turns=5))
    boxes.workspace.say(ADA, "Begin.")
    boxes.run(at_most=5)
    said = [one.entry for one in boxes.workspace.entries if isinstance(one.entry, e.BudgetSpent)]
    assert [entry.limit for entry in said] == ["turns"]


def test_a_persons_next_message_opens_a_fresh_budget() -> None:
    boxes = Chatterboxes([("all", "all")] * 2, Limits(root_turns=5))
    boxes.workspace.say(ADA, "Begin.")
    boxes.run(at_most=5)
    boxes.workspace.say(ADA, "Once more.")
    boxes.run(at_most=10)
    assert boxes.turns > 5


def test_a_visitor_and_an_agent_that_answer_each_other_end_too() -> None:
    workspace = SimulatedWorkspace(Limits(root_turns=6, root_depth=1_000))
    guest = workspace.visitor("guest")
    workspace.declare(builder="all")
    turns = 0
    while True:
        workspace.say(guest, "And you, @builder?")
        if workspace.agent("builder").state != "waking":
            break
        workspace.claim("builder")
        workspace.finish("builder", chat("And you, @guest?"))
        turns += 1
        assert turns <= 6
    assert turns == 6
