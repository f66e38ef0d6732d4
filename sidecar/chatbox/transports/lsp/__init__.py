"""LSP over stdio: the operations as custom requests `chatbox/<operation>`."""
