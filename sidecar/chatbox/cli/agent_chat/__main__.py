"""`python -m chatbox.cli.agent_chat` is the command `agent-chat`."""

from chatbox.cli.agent_chat.main import main

if __name__ == "__main__":
    main()
