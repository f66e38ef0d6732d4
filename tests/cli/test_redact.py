"""`redact`: the owner removes a text for good, and is asked before."""

from tests.support.processes import Place


def said(room: Place, body: str) -> str:
    return str(room.run("post", "general", body, "--json").json["id"])


def test_a_text_is_removed_for_good_when_one_is_sure(shared: Place) -> None:
    number = said(shared, "a-token-that-slipped-in")
    asked = shared.run("redact", number, stdin="n\n")
    assert (asked.code, "a-token-that-slipped-in" in asked.err) == (1, True)
    assert shared.run("redact", number, "--json").code == 64
    assert "a-token-that-slipped-in" in shared.run("search", "slipped").out
    removed = shared.run("redact", number, "--yes")
    assert (removed.code, removed.out) == (0, f"{number}\tredacted\n")
    assert "slipped" not in shared.run("search", "slipped").out
    second = said(shared, "one-more-that-slipped")
    assert shared.run("redact", second, stdin="y\n").code == 0
    assert "slipped" not in shared.run("search", "slipped").out
    again = said(shared, "another-that-slipped")
    assert shared.run("redact", again, "--yes", "--json").json == {"id": int(again), "status": "redacted"}


def test_what_is_not_there_is_not_removed(shared: Place) -> None:
    assert shared.run("redact", "999999", "--yes").code == 1
    assert shared.run("redact", "0").code == 64


def test_an_agent_removes_nothing(shared: Place) -> None:
    number = said(shared, "This stays.")
    admission = (shared.state / "token").read_text().strip()
    token = shared.ask("hello", admission, name="remover", default_channels=["#general"])["session_token"]
    refused = shared.run("redact", number, "--yes", AGENTCHAT_TOKEN=str(token))
    assert refused.code == 5
    assert "This stays." in shared.run("search", "stays").out
