"""Pages about who sees what: grants, share links, and the map that a link shows."""
