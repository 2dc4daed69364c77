






class Final(Exception):
 pass


class Later(Exception):
 pass


class Refused(Final):
 pass


class Absent(Later):
 pass
