"""`mcp` and `lsp`: nothing but the protocol on stdout."""

from tests.support.processes import Place


def test_mcp_ends_with_its_client_and_prints_nothing_by_itself(shared: Place) -> None:
    ended = shared.run("mcp", "--name", "somebody")
    assert (ended.code, ended.out) == (0, "")


def test_mcp_without_an_owner_says_how_to_start_one(room: Place) -> None:
    ended = room.run("mcp", "--name", "somebody")
    assert (ended.code, ended.out) == (4, "")
    assert "chatbox up" in ended.err
    assert not room.state.exists()


def test_mcp_that_is_not_let_in_says_why(shared: Place) -> None:
    ended = shared.run("mcp", "--name", "somebody", AGENTCHAT_AUTH_TOKEN="x" * 43)
    assert (ended.code, ended.out) == (5, "")
    assert ended.err == "chatbox: This token is not known here: agents say `hello` with the one in .agentchat/token.\n"


def test_mcp_under_a_name_that_is_taken_is_refused_as_that(shared: Place) -> None:
    who = shared.ask("whoami", shared.person_token().read_text().strip())["participant"]
    ended = shared.run("mcp", "--name", who)
    assert (ended.code, ended.out) == (1, "")
    assert "choose another" in ended.err
