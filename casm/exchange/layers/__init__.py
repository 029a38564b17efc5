"""What each exported layer holds: one place, asset or result a feature."""
