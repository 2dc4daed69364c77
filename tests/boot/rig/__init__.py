"""The first-boot rig: a guest, the internet it believes in, and the checks made from outside."""
