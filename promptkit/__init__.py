"""Five ways to ask a language model, as composable classes, and a harness that tells which one is worth its cost."""

import promptkit.launch  # isort: skip

promptkit.launch.leave_current_folder()  # before anything else is imported

import lazy_loader  # noqa: E402

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
