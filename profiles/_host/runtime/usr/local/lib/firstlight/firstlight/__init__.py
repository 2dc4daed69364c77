"""The host side of firstlight: brings this server up, and tells how it is. Nothing but Python's standard library."""
