"""The command `chatbox`."""

from chatbox.cli.main import main

if __name__ == "__main__":
    main()
