"""Models on the machines of a Ray cluster: what decides and records stays in one process, calls are made by actors."""
