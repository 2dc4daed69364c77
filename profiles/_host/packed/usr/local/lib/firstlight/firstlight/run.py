

import os

from.import graph,journal,paths,site,steps
from.state import Ai



def run(a,b,c):





 with journal.Co(a,wait=True):
  if journal.Cs(a.disk):
   journal.Dd(a)

   os.execv(paths.Ba,[str(paths.Ba),"run"])
 d=site.read(a.disk)
 return 0 if steps.run(graph.steps(a,d),a.system,Ai(a.disk,d.steps))else 1
