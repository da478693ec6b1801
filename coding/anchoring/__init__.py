"""Offsets, words and who counts in a passage. Pure functions; knows no database."""
