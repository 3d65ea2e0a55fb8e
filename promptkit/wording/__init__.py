"""What is said to models: template files, their declared inputs, and the messages they make."""
