

import os

from.import graph,journal,paths,site,steps
from.state import Board



def run(a,b,c):





 with journal.alone(a,wait=True):
  if journal.finish(a.disk):
   journal.sum_up(a)

   os.execv(paths.LAUNCHER,[str(paths.LAUNCHER),"run"])
 d=site.read(a.disk)
 return 0 if steps.run(graph.steps(a,d),a.system,Board(a.disk,d.steps))else 1
