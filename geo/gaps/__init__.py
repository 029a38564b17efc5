"""Stated needs that are not met, as places with reasons."""
