"""Files from outside, read safely and reported row by row."""
