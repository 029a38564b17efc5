"""Which radios can talk to which, by which method, where, and why not."""
