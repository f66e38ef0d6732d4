"""ChatBox as a service: several workspaces in one process, under Windows' services, systemd or launchd."""
