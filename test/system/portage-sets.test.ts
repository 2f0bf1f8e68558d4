import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Located, locate } from '../../system/locate.ts';
import { portageSets } from '../../system/portage-sets.ts';
import { emerge, quick } from '../kit/environment.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

const commands = {
  fine: 'printf "app/a\\n# why\\n\\n@kit\\n"',
  failing: 'echo app/a; exit 3',
  killed: 'kill -9 $$',
  foreign: 'echo app/a::testbed',
  garbage: 'echo app/a; echo solo',
  silent: 'true',
  reading: 'read x && echo app/a || echo app/b',
};

let root: Root;
let located: Located;
beforeAll(async () => {
  const sections = Object.entries(commands).map(
    ([name, command]) => `[${name}]\nclass = portage.sets.shell.CommandOutputSet\ncommand = ${command}\n`,
  );
  root = await makeRoot({
    observability: false,
    ebuilds: { 'app/a-1': {} },
    sets: { kit: ['app/c', 'solo'] },
    world: ['app/w'],
    worldSets: ['@kit'],
    makeConf: { USE: 'x -y' },
    profile: { packages: ['*app/s'] },
    portageConfig: { 'sets.conf': sections.join('') },
  });
  located = locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
  Object.assign(process.env, root.environment);
});
afterAll(() => root.remove());

test('says what sets hold, what they nest, and why one must not be used', async () => {
  const { sets, use, names, errors } = await portageSets(located, {
    sets: [...Object.keys(commands), 'world', 'nowhere'],
    use: true,
  });
  expect(Object.fromEntries([...sets].filter(([name]) => Object.hasOwn(commands, name)))).toEqual({
    fine: { atoms: ['app/a'], nested: ['kit'], error: null },
    failing: { atoms: [], nested: [], error: 'its command ended with exit status 3' },
    killed: { atoms: [], nested: [], error: 'its command ended with exit status -9' },
    foreign: {
      atoms: [],
      nested: [],
      error: 'it names an atom with a repository or a pattern, which such a set cannot hold',
    },
    garbage: { atoms: ['app/a'], nested: [], error: "'solo' is no atom" },
    silent: { atoms: [], nested: [], error: null },
    reading: { atoms: ['app/b'], nested: [], error: null },
  });
  expect(sets.get('world')).toEqual({ atoms: [], nested: ['profile', 'selected', 'system'], error: null });
  expect(sets.get('selected')).toEqual({ atoms: ['app/w'], nested: ['kit'], error: null });
  expect(sets.get('system')?.atoms).toEqual(['app/s']);
  expect(sets.has('nowhere')).toBe(false);
  expect(use).toContain('x');
  expect(use).not.toContain('y');
  expect(names).toEqual(expect.arrayContaining(['kit', 'failing', 'installed']));
  expect(errors).toEqual([]);
});

test.skipIf(quick)('what the caller has in USE does not count', async () => {
  process.env['USE'] = 'y';
  try {
    expect((await portageSets(located, { sets: [], use: true })).use).not.toContain('y');
  } finally {
    delete process.env['USE'];
  }
});

test.skipIf(quick)('a configuration that no emerge takes is told', async () => {
  const path = join(root.directory, 'etc/portage/nowhere');
  await expect(portageSets({ ...located, configRoot: path, eprefix: path }, { sets: [] })).rejects.toThrow();
});
