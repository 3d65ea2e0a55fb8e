"""Prompts of other tools as templates: what is carried over, and what is not."""
