"""Tests read as given, when, then, with one fixed cast."""
