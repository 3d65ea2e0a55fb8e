"""Search for better wordings and examples, and prove the gain on items that the search never saw."""

from promptkit.optimizing.door import optimize as optimize
from promptkit.optimizing.result import Optimized as Optimized
