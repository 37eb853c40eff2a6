"""Measurements, run by bin/bench and never timed in tests."""
