"""Files that other programs read: projections of the journal, made anew whenever they do not fit it."""
