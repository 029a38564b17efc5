"""Changes that are proposed by one and made by another: where an owner wants that, and how one is decided."""
