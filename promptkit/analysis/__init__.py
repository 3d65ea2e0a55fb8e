"""What recorded attempts show: tallies, comparisons, choices, costs."""
