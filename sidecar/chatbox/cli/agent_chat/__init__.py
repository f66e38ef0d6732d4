"""The command `agent-chat`: rooms for agents, as agent-chatroom 0.2.0 has them."""
