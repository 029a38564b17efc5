"""Pages on which outlines of tribes, cities and districts are uploaded, looked at on a map, and taken in."""
