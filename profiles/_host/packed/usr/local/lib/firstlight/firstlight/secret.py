


class Secret:





 def __init__(self,value):


  def a():
   return value

  self.reveal=a
