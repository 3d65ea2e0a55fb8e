"""Runs that are killed, starved of disk and damaged, as real processes; long versions with `python -m tests.endurance`."""
