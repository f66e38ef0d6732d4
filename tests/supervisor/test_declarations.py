"""`.agentchat/agents.toml`: what is right is read, what is wrong is named with its line."""

import re
from pathlib import Path

import pytest
from chatbox.supervisor.declared import EXAMPLE, BadDeclaration, read_declarations

WRONG = [
    ('[[agent]]\nname = "a"\nengine = "stub"\nnmae = "b"', 4, "nmae: Extra inputs are not permitted"),
    ('[[agent]]\nengine = "stub"', 1, "name: Field required"),
    ('[[agent]]\nname = "a b"\nengine = "stub"', 2, "name: String should match"),
    ('[[agent]]\nname = "a"\nengine = "magic"', 3, "engine: Input should be 'stub' or 'command'"),
    ('[[agent]]\nname = "a"\nengine = "command"\nunattended = true', 1, "needs `command = "),
    ('[[agent]]\nname = "a"\nengine = "command"\ncommand = ["x"]', 1, "say `unattended = true`"),
    ('[[agent]]\nname = "a"\nengine = "command"\ncommand = "x"\nunattended = true', 4, "command: Input should be"),
    ('[[agent]]\nname = "a"\nengine = "stub"\ntimeout_seconds = 0', 4, "timeout_seconds: Input should be greater"),
    ('[[agent]]\nname = "a"\nengine = "stub"\nsubscriptions = { "#x" = "some" }', 4, "subscriptions.#x: Input"),
    ('[[agent]]\nname = "a"\nengine = "stub"\n[agent.subscriptions]\n"no channel" = "all"', 4, "subscriptions"),
    ('[[agent]]\nname = "a"\nengine = "stub"\n\n[[agent]]\nname = "A"\nengine = "stub"', 6, "used twice"),
    ('[[agent]]\nname = "a"\nengine = "stub"\n\n[[agent]]\nname = "b"\nengine = 1', 7, "engine: Input should be"),
    ('[agent]\nname = "a"', 1, "write each agent as `[[agent]]`"),
    ('\n[[agents]]\nname = "a"', 2, "write each agent as `[[agent]]`, not 'agents'"),
    ('[[agent]]\nname = "a', 2, ""),
    ('agent = ["a"]', 1, ""),
]


@pytest.mark.parametrize(("text", "line", "why"), WRONG)
def test_a_wrong_declaration_is_named_with_its_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    path = tmp_path / "agents.toml"
    path.write_text(text)
    with pytest.raises(BadDeclaration) as wrong:
        read_declarations(path)
    said = str(wrong.value)
    assert str(path) in said
    assert re.search(rf"\bline {line}\b", said), said
    assert why in said


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "agents.toml"
    path.mkdir()
    with pytest.raises(BadDeclaration, match="cannot be read"):
        read_declarations(path)


def test_a_missing_file_declares_nobody(tmp_path: Path) -> None:
    assert read_declarations(tmp_path / "agents.toml") == []


def test_the_example_declares_nobody_until_its_comments_are_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "agents.toml"
    path.write_text(EXAMPLE)
    assert read_declarations(path) == []
    first = EXAMPLE.index("# [[agent]]")
    path.write_text(re.sub(r"^# ", "", EXAMPLE[first:], flags=re.MULTILINE))
    (builder,) = read_declarations(path)
    assert (builder.name, builder.engine, builder.unattended) == ("builder", "command", True)
    assert builder.declaration().subscriptions == (("#dispatch", "all"), ("#general", "mentions"))
