"""The audit: who saw, changed, exported and shared what, when and from where, in one chain of hashes."""
