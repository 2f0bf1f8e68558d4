/** What the helper answers, beside what Portage itself makes of the same. */
import { expect, test } from 'vitest';
import { startPortageHelper } from '../../system/portage.ts';
import { python } from '../kit/environment.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

/** The atoms that emerge's resolver goes through for these words, in its order. */
const expansion = `
import json, sys
import portage
portage._internal_caller = True
portage._disable_legacy_globals()
from _emerge.actions import load_emerge_config
from _emerge.create_depgraph_params import create_depgraph_params
from _emerge.depgraph import depgraph
from _emerge.SetArg import SetArg
from _emerge.stdout_spinner import stdout_spinner
config = load_emerge_config(args=[])
root = config.target_config
graph = depgraph(config.target_config.settings, config.trees, {}, create_depgraph_params({}, None), stdout_spinner())
words = [SetArg(arg=word, pset=root.sets[word[1:]], root_config=root) for word in sys.argv[1:]]
found = [str(atom) for arg in graph._expand_set_args(words) for atom in sorted(arg.pset.getAtoms(), key=str)]
print(json.dumps(found))
`;

async function targetsOf(root: Root, targets: readonly string[]): Promise<readonly string[]> {
  const helper = startPortageHelper([python], { environment: { ...root.environment } });
  const answer = await helper.packages({ entries: [], targets });
  helper.end();
  return answer.targets;
}

test('sets are expanded in the order in which emerge goes through them', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `app/p${(at * 7) % 12}`);
  const root = await makeRoot({
    ebuilds: Object.fromEntries(names.map(name => [`${name}-1`, {}])),
    world: names.slice(0, 5),
    worldSets: ['@mine', '@other'],
    sets: {
      mine: [...names.slice(5, 8), '@inner'],
      inner: [...names.slice(8, 10), '@mine'],
      other: names.slice(10),
    },
  });
  try {
    for (const words of [['@world'], ['@mine', '@world'], ['@other', '@inner', '@selected']]) {
      const { stdout, stderr } = await root.run(python, ['-B', '-c', expansion, ...words]);
      expect(stderr).toBe('');
      expect(await targetsOf(root, words)).toEqual(JSON.parse(stdout));
      expect(JSON.parse(stdout).length).toBeGreaterThan(2);
    }
    expect(await targetsOf(root, ['app/b', '@none', 'app/a'])).toEqual(['app/b', 'app/a']);
  } finally {
    root.remove();
  }
});

test('the ebuilds that the configuration would take, from a version on, without the listed ones', async () => {
  const root = await makeRoot({
    ebuilds: {
      'app/a-1': {},
      'app/a-2': { SLOT: '2/3', IUSE: '+x y' },
      'app/a-3': {},
      'app/a-4': { KEYWORDS: '~amd64' },
      'app/b-1': {},
    },
    packageUse: ['app/a y'],
  });
  const helper = startPortageHelper([python], { environment: { ...root.environment } });
  try {
    const at = `${root.directory}/`;
    await helper.packages({ entries: [['ebuild', at, 'app/a-3']] });
    const { packages, problems } = await helper.visible([
      [at, 'app/a', '2'],
      [at, 'app/none', '1'],
    ]);
    expect(problems).toEqual([]);
    expect(packages.map(({ cpv, slot, subslot }) => [cpv, slot, subslot])).toEqual([['app/a-2', '2', '3']]);
    expect(packages[0]?.use).toEqual(expect.arrayContaining(['x', 'y']));
  } finally {
    helper.stop();
    root.remove();
  }
});
