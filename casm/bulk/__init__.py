"""Many records changed together: shown beforehand, written whole or not at all, undone as one."""
