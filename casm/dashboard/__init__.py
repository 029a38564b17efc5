"""What a jurisdiction has on record, what is missing, stale and about to expire, counted as its asker may see it."""
