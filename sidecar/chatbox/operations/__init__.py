"""Every operation declared once: its name, params, result, scope and the transports that show it."""
