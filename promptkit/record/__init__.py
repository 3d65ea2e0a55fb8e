"""What is kept on disk: calls, and runs with their attempts."""
