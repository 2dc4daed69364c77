






class Final(Exception):
 pass


class Later(Exception):
 pass


class Bv(Final):
 pass


class Absent(Later):
 pass
