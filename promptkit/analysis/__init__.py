"""What recorded attempts say: tallies, comparisons, choices, costs."""
