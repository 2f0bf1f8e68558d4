/** Portage's own answer about the sets of a root, nested sets followed. */
import { python } from '../kit/environment.ts';
import type { Root } from '../testbed/root.ts';

const script = `
import json, sys, portage
portage._internal_caller = True
from portage._sets import load_default_config
forest = portage.create_trees()
tree = forest[forest._target_eroot]
sets = load_default_config(tree["vartree"].settings, tree).getSets()
vardb = tree["vartree"].dbapi
def flat(name, seen):
    if name in seen or name not in sets:
        return set()
    seen.add(name)
    one = sets[name]
    found = set(map(str, one.getAtoms()))
    for other in one.getNonAtoms():
        found |= flat(other[1:], seen)
    return found
result = {}
for name in sorted(sets):
    if sys.argv[1:] and name not in sys.argv[1:]:
        continue
    atoms = flat(name, set())
    result[name] = {"atoms": sorted(atoms), "installed": sum(1 for a in atoms if vardb.match(a)),
                    "description": sets[name].description}
print(json.dumps(result))
`;

export interface PortageSet {
  readonly atoms: readonly string[];
  readonly installed: number;
  readonly description: string;
}

export async function portageSets(root: Root, ...names: string[]): Promise<Record<string, PortageSet>> {
  const { stdout, stderr, exitCode } = await root.run(python, ['-B', '-c', script, ...names]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, PortageSet>;
}
