"""Five ways to ask a language model, as composable classes, and a harness that tells which one is worth its cost."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
