"""JSON-RPC 2.0 over a WebSocket at `/ws`, on the HTTP server's port."""
