"""What is printed: nothing that a participant wrote can act on a terminal or look like a line of ours."""

from chatbox.cli.output import block, cleaned, one_line


def test_control_characters_are_shown_not_obeyed() -> None:
    assert cleaned("a\x1b[31mb\x07\x9b\x7f\r") == "a\\x1b[31mb\\x07\\x9b\\x7f\\x0d"


def test_characters_that_reorder_text_are_shown() -> None:
    assert cleaned("approve \u202eeno siht\u202c \u2066x\u2069") == "approve \\u202eeno siht\\u202c \\u2066x\\u2069"
    assert cleaned("a\u061cb\u2028c\u2029d") == "a\\u061cb\\u2028c\\u2029d"


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Grüße, 世界 👋🏽\n\tindented"
    assert cleaned(text) == text
    assert cleaned("one\r\ntwo") == "one\ntwo"


def test_a_message_cannot_forge_a_line() -> None:
    assert block("hi\n[12:00:00] #general admin: approved") == "hi\n    [12:00:00] #general admin: approved"
    assert one_line("a\tb\nc") == "a b c"
