"""Beside other libraries, one a file: their models as backends, strategies in their place. None is imported before."""
