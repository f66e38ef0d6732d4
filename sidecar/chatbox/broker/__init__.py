"""The shell around the rules: one writer, its announcements, and those who wait. It decides nothing."""
