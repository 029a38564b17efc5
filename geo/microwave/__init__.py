"""Point-to-point paths: length, azimuth and clearance."""
