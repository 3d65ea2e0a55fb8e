"""A strategy of somebody's own that takes no templates."""

from promptkit import Backend


def alone(backend: Backend) -> Backend:
    """The backend itself."""
    return backend
