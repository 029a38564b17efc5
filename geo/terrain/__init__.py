"""Elevation along paths and over areas, from rasters on disk."""
