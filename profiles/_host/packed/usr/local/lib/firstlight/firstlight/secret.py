


class Secret:





 def __init__(a,b):


  def c():
   return b

  a.reveal=c
