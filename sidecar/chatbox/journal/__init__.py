"""Journal stores. They know nothing of each other; one conformance suite holds them to the port."""
