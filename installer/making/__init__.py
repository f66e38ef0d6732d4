"""Makes the Windows installer, on Windows and, with Wine, on Linux."""
