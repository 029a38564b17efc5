"""Folium maps of what a viewer may see; no web framework."""
