"""Being a client of a broker in another process."""
