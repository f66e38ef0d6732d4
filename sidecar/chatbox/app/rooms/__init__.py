"""Rooms put together: their listeners and tunnels, for `agent-chat serve` and beside a workspace."""
