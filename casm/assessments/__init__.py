"""The seam to geo: visible rows in, stored and traceable results out."""
