"""Runs that are killed, starved of disk and damaged, as real processes."""
