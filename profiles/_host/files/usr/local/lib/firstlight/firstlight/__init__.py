"""The host side of firstlight: brings this server up, and tells how it is. Nothing but Python's standard library."""

VERSION = (0, 2, 0)
"""Of the compiler that it comes from; a test holds the two together."""
