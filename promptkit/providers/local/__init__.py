"""What models are on this machine: files, and servers that run."""
