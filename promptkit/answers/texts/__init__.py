"""Kinds `text` and `one_of`: what a reply asserts."""
