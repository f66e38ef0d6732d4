"""The entrance of password rooms: the wire format of agent-chatroom 0.2.0, and the room's web page.

Knows rooms and nothing of a workspace, so that a guest can see nothing else.
"""
