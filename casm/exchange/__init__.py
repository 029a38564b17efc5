"""Inventory and results written out for others."""
