"""What a content is, by its bytes alone: nobody's word is taken for it.

A closed list on purpose: what is on it is shown or handed to an agent, everything else is only bytes to save. SVG and
HTML are text here.
"""

from chatbox.domain.attachments import TEXT, UNKNOWN

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}


def media_type_of(content: bytes) -> str:
    """One of the domain's `IMAGES`, application/pdf, text/plain (UTF-8 without NUL), or application/octet-stream."""
    for beginning, media_type in _BEGINNINGS.items():
        if content.startswith(beginning):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return TEXT if _is_text(content) else UNKNOWN


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
