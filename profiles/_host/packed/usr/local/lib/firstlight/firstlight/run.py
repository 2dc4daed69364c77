

import os

from.import graph,journal,paths,site,steps
from.state import Board



def run(means,_options,_word):





 with journal.alone(means,wait=True):
  if journal.finish(means.disk):
   journal.sum_up(means)

   os.execv(paths.LAUNCHER,[str(paths.LAUNCHER),"run"])
 a=site.read(means.disk)
 return 0 if steps.run(graph.steps(means,a),means.system,Board(means.disk,a.steps))else 1
