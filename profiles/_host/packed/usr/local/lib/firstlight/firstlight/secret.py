


class Secret:





 def __init__(self, value):


  def reveal():
   return value

  self.reveal = reveal
