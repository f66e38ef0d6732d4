"""What a command lists is all of it, also when one answer has no room for that."""

import pytest

from tests.support.processes import Place

LONG = "x" * 250_000
"""Two of them fit into the largest budget, three do not."""


@pytest.fixture(scope="module")
def asker(shared: Place) -> str:
    """The token of an agent that asks."""
    admission = (shared.state / "token").read_text().strip()
    return str(shared.ask("hello", admission, name="long-winded", default_channels=["#general"])["session_token"])


def test_every_approval_is_listed(shared: Place, asker: str) -> None:
    asked = []
    for number in range(5):
        params = {"channel": "#general", "title": f"May I {number}?", "description": LONG, "type": "question"}
        asked.append(shared.ask("start_post", asker, **params, tier=2)["post_id"])
    # The control: one answer has not all of them.
    assert shared.ask("approvals", asker, limit=500)["more"]
    assert shared.ask("trace", asker, message_id=asked[-1], limit=500)["path_next"] is not None
    for how in ([], ["--all"]):
        listed = shared.run("approvals", *how, "--json").json
        ids = [one["id"] for one in listed]
        assert ids == sorted(set(ids))
        assert set(asked) <= set(ids)
        assert not any(one["truncated"] for one in listed)
    found = shared.run("trace", str(asked[-1]), "--json").json
    path = [one["id"] for one in found["path"]]
    assert path == sorted(set(path))
    assert path[-5:] == asked
    assert not {"path_next", "approvals_next"} & found.keys()


def test_every_proposal_is_listed(shared: Place, asker: str) -> None:
    proposed = []
    for number in range(5):
        params = {"channel": "#general", "title": f"Proposal {number}", "description": LONG}
        proposed.append(shared.ask("propose", asker, **params)["post_id"])
    assert shared.ask("decisions", asker, status="open", limit=500)["more"]
    listed = shared.run("decisions", "--open", "--json").json
    assert [one["id"] for one in listed if one["id"] in proposed] == proposed
    assert not any(one["truncated"] for one in listed)
