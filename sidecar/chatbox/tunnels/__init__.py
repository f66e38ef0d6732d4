"""Ways for others to reach a room on this machine: programs that lead a public address to one local port."""
