"""Outlines of tribes, cities and districts from files of maps, read in a process of its own and taken in by code."""
