"""What runs a GGUF file in this process."""
