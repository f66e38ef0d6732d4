"""The bytes of attachments, beside the journal."""
