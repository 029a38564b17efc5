"""Who may sign in: people, what proves who they are, and what they are handed."""
