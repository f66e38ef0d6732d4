"""Password rooms, in memory: what is said, who may listen, and how often one may guess. No network, no workspace."""
