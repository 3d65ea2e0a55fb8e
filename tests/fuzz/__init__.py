"""Whatever comes in from outside, promptkit ends in a value or in an error of its own."""
