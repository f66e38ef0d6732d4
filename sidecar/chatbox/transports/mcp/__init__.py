"""MCP, for agents. Its SDK takes half a second to load: only `mounting` is imported before somebody asks."""
