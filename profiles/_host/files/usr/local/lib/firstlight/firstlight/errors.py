"""The two ways in which something can go wrong: waiting helps, or it does not.

A message is for an operator in the middle of the night: what is wrong, where, and what to do. It never holds a secret,
and everything in it that comes from elsewhere has gone through `words.plain`.
"""


class Final(Exception):
    """Cannot succeed by waiting: somebody has to change something first."""


class Later(Exception):
    """May succeed later by itself; the message says what is waited for."""


class Refused(Final):
    """Nothing was changed, because what was given is not what it should be; ends with 2."""


class Absent(Later):
    """A person has to bring it: that is waited for a day, and noticed soon."""
