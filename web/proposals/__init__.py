"""Proposals on pages and for programs: what waits, how one is decided, and where changes are proposed first."""
