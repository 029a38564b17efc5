"""The database: its server, sessions, columns and migrations."""
