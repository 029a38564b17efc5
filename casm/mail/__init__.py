"""Mail to people: a server's address from the environment, letters in plain text, sent now or beside the work."""
