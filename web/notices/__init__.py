"""The page of one's own notices."""
