"""`post`, `listen`, `channels`, `agents`: what a script sees of a conversation."""

import re
import signal
from typing import get_args

from chatbox.cli.post import TYPES
from chatbox.domain.values import PostType

from tests.support.processes import Place


def test_what_is_posted_is_heard(shared: Place) -> None:
    before = shared.run("post", "general", "first", "--json").json["id"]
    posted = shared.run("post", "#general", "hello\nworld")
    assert posted.code == 0
    heard = shared.run("listen", "--since", str(before), "--once", "--timeout", "20")
    assert heard.code == 0
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] #general \S+: hello\n    world\n", heard.out)
    (line,) = shared.run("listen", "general", "--since", str(before), "--once", "--json").out.splitlines()
    assert f'"id":{posted.out.strip()},' in line


def test_listen_follows_from_now_on_until_it_is_interrupted(shared: Place) -> None:
    heard = shared.start("listen", "human")
    while heard.process.poll() is None:
        shared.run("post", "debug", "not for everybody")
        shared.run("post", "human", "for people")
        if "for people" in heard.line(lambda _line: True):
            break
    ended = heard.end(signal.SIGINT)
    assert ended.code == 130
    assert "not for everybody" not in ended.out


def test_each_kind_of_post_can_be_named() -> None:
    assert get_args(PostType) == TYPES


def test_what_is_too_long_is_refused(shared: Place) -> None:
    for size in (300_000, 2_000_000):
        refused = shared.run("post", "general", "-", "--json", stdin="x" * size)
        assert refused.code == 1
        assert refused.error["code"] == "PAYLOAD_TOO_LARGE"


def test_stdin_is_a_body_and_a_title_makes_a_post(shared: Place) -> None:
    posted = shared.run("post", "general", "-", "--title", "Plan", "--type", "plan", "--json", stdin="öne\ntwo\n").json
    heard = shared.run("listen", "--since", str(posted["id"] - 1), "--once", "--json").json
    assert heard["body"] == "öne\ntwo"
    assert (heard["title"], heard["post_type"], heard["kind"]) == ("Plan", "plan", "post")


def test_a_reply_lands_in_the_thread_and_only_there(shared: Place) -> None:
    post = shared.run("post", "general", "what is a thread?", "--json").json["id"]
    reply = shared.run("post", "general", "this", "--reply-to", str(post), "--json").json["id"]
    assert shared.run("listen", "--since", str(reply - 1), "--once", "--json").json["thread"] == post
    wrong = shared.run("post", "alerts", "this", "--reply-to", str(post))
    assert wrong.code == 1
    assert "is in #general" in wrong.err


def test_control_characters_of_a_message_reach_no_terminal(shared: Place) -> None:
    posted = shared.run("post", "general", "\x1b[2Jgone\u202eback", "--json").json["id"]
    heard = shared.run("listen", "--since", str(posted - 1), "--once")
    assert "\\x1b[2Jgone\\u202eback" in heard.out


def test_listen_goes_on_after_a_crash_of_the_owner_without_gap_or_repetition(room: Place) -> None:
    owner = room.up("--no-supervise")
    heard = room.start("listen", "--since", "0", "--json")
    room.run("post", "general", "before")
    heard.line(lambda line: '"body":"before"' in line)
    owner.process.kill()
    room.up("--no-supervise")
    room.run("post", "general", "after")
    heard.line(lambda line: '"body":"after"' in line)
    assert len(heard.lines) == 2


def test_nothing_heard_in_time_is_not_so(shared: Place) -> None:
    silence = shared.run("listen", "observations", "--once", "--timeout", "0.2", "--json")
    assert silence.code == 1
    assert silence.error["code"] == "TIMED_OUT"
    assert shared.run("listen", "observations", "--timeout", "0.2").code == 0


def test_what_is_refused_is_one_line_on_stderr(shared: Place) -> None:
    nowhere = shared.run("post", "nowhere", "hello")
    assert (nowhere.code, nowhere.out) == (1, "")
    assert re.fullmatch(r"chatbox: There is no channel #nowhere.*\n", nowhere.err)
    unheard = shared.run("listen", "nowhere", "--json")
    assert unheard.code == 1
    assert unheard.error["code"] == "NOT_FOUND"
    ahead = shared.run("listen", "--since", "1000000")
    assert ahead.code == 1


def test_channels_are_lines_in_a_pipe_and_things_with_ids_in_json(shared: Place) -> None:
    lines = shared.run("channels").out.splitlines()
    assert all(line.count("\t") == 4 for line in lines)
    found = shared.run("channels", "--json").json
    assert [channel["id"] for channel in found] == [line.split("\t")[0] for line in lines]
    assert "#general" in [channel["id"] for channel in found]


def test_without_a_supervisor_agents_says_so(shared: Place) -> None:
    plain = shared.run("agents")
    assert (plain.code, plain.out) == (0, "")
    assert plain.err == "No supervisor is running: agents are not woken\n"
    assert shared.run("agents", "--json").json == []


def test_an_agent_is_paused_and_resumed(discussion: Place) -> None:
    known = discussion.run("agents", "--json").json
    assert [agent["id"] for agent in known] == ["reader", "reviewer"]
    paused = discussion.run("agents", "pause", "reviewer", "--json")
    assert paused.json["id"] == "reviewer"
    assert paused.json["state"] == "parked"
    assert discussion.run("agents", "--json", "resume", "reviewer").json["state"] == "asleep"
    unknown = discussion.run("agents", "wake", "nobody")
    assert unknown.code == 1


def test_trace_tells_what_led_to_a_message(discussion: Place) -> None:
    asked = discussion.run("approvals", "--json").json[0]["id"]
    found = discussion.run("trace", str(asked), "--json").json
    assert found["id"] == asked
    assert [message["author"] for message in found["path"]] == ["system", "reader", "reviewer", "reader"]
    told = discussion.run("trace", str(asked)).out
    assert "turn" in told
    assert "had read #general up to" in told
    assert f"approval {asked}: Add a summary to README.md?: open (tier 2)" in told
    assert re.search(r"budget: \d+ of 40 turns used", told)
    assert discussion.run("trace", "999999").code == 1


def test_an_agent_speaks_as_itself_and_rules_nothing(shared: Place) -> None:
    admission = (shared.state / "token").read_text().strip()
    session = shared.ask("hello", admission, name="visitor", default_channels=["#general"])["session_token"]
    posted = shared.run("post", "general", "I am an agent", "--json", AGENTCHAT_TOKEN=session)
    assert posted.code == 0
    heard = shared.run("listen", "--since", str(posted.json["id"] - 1), "--once", "--json", AGENTCHAT_TOKEN=session)
    assert heard.json["author"] == "visitor"
    assert shared.run("channels", AGENTCHAT_TOKEN=session).code == 0
    for command in ("stop", "link"):
        ruled = shared.run(command, "--json", AGENTCHAT_TOKEN=session)
        assert ruled.code == 5
        assert ruled.error["code"] == "HUMAN_REQUIRED"
    assert shared.health()["status"] == "ok"
