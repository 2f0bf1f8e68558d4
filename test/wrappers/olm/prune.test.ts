import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesBelow } from '../../../system/tree.ts';
import { pruneGenerations, withdraw } from '../../../wrappers/olm/prune.ts';
import { publish } from '../../../wrappers/olm/publish.ts';
import { python, quick } from '../../kit/environment.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

let root: Root;
let state: string;
let cache: string;
beforeAll(async () => {
  root = await makeRoot({ ebuilds: { 'a-b/c-1': {} } });
  state = join(root.directory, 'var/lib/tumpline/olm');
  cache = join(root.directory, 'var/cache/edb/dep');
  symlinkSync(join(state, 'zz/current'), join(root.directory, 'var/db/repos/zz'));
  const text = `[zz]\nlocation = ${root.directory}/var/db/repos/zz\n`;
  appendFileSync(join(root.directory, 'etc/portage/repos.conf'), text);
});
afterAll(() => root?.remove());

function files(version: string, extra: Record<string, string> = {}): Map<string, Uint8Array> {
  const texts = {
    [`app-misc/foo/foo-${version}.ebuild`]: `EAPI=8\nSLOT=0\nDESCRIPTION="${version}"\n`,
    'metadata/layout.conf': 'masters = testbed\nthin-manifests = true\n',
    'profiles/categories': 'app-misc\n',
    'profiles/repo_name': 'zz\n',
    ...extra,
  };
  return new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
}

const document = {
  overlay: 'zz',
  uri: 'u',
  revision: 'r',
  selections: [],
  packages: [],
  eclasses: [],
  licenses: [],
  missing: [],
};

const look = `
import sys, portage
tree = portage.db[portage.root]["porttree"].dbapi
for line in sys.stdin:
    try:
        found = tree.cp_list("app-misc/foo", mytree=[tree.getRepositoryPath("zz")])
        tree._aux_cache.clear()
        print(*[f"{cpv}:{tree.aux_get(cpv, ['DESCRIPTION'], myrepo='zz')[0]}" for cpv in found], flush=True)
    except Exception as error:
        print(repr(error), flush=True)
`;

/** A process of Portage that has resolved the link; `name` as it stands in the process table. */
function reader(name: string) {
  const script = join(root.directory, 'tmp', name);
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, look);
  const child = spawn(python, ['-B', script], { env: root.environment, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async sees(): Promise<string> {
      child.stdin.write('?\n');
      return (await lines.next()).value as string;
    },
    async end(): Promise<void> {
      child.stdin.end();
      await new Promise(done => child.once('exit', done));
    },
  };
}

test.skipIf(quick)(
  'who has the old one open goes on seeing it, a new process sees the new one, and what is old goes with its cache',
  async () => {
    const now = Math.floor(Date.now() / 1000);
    await publish(state, 'zz', files('1'), { ...document, published: now - 9 * 86_400 });
    const old = reader('emerge');
    expect(await old.sees()).toBe('app-misc/foo-1:1');
    await new Promise(done => setTimeout(done, 1100));
    await publish(state, 'zz', files('2'), document);
    expect(await old.sees()).toBe('app-misc/foo-1:1');
    const fresh = reader('other');
    expect(await fresh.sees()).toBe('app-misc/foo-2:2');
    await fresh.end();
    const kept = join(cache, state, 'zz');
    expect(filesBelow(kept).sort()).toEqual(['generation-1/app-misc/foo-1', 'generation-2/app-misc/foo-2']);
    const others = filesBelow(cache).filter(path => !path.includes('/olm/'));

    const options = { keep: 3, dependencyCache: cache };
    expect(pruneGenerations(state, 'zz', options)).toEqual([]);
    // kept days are over, but a process of Portage that began before the swap lives
    expect(pruneGenerations(state, 'zz', { ...options, now: now + 4 * 86_400 })).toEqual([]);
    expect(await old.sees()).toBe('app-misc/foo-1:1');
    await old.end();
    expect(pruneGenerations(state, 'zz', options)).toEqual([]);
    // others on this computer may have begun one, too
    await expect
      .poll(() => pruneGenerations(state, 'zz', { ...options, now: now + 4 * 86_400 }), { timeout: 40_000 })
      .toEqual(['generation-1']);
    expect(filesBelow(kept)).toEqual(['generation-2/app-misc/foo-2']);
    expect(filesBelow(cache).filter(path => !path.includes('/olm/'))).toEqual(others);
    expect(readdirSync(join(state, 'zz')).sort()).toEqual(['current', 'generation-2', 'generation-2.json']);

    withdraw(state, 'zz', cache);
    expect(existsSync(join(state, 'zz'))).toBe(false);
    expect(existsSync(kept)).toBe(false);
    expect(existsSync(cache)).toBe(true);
    withdraw(state, 'zz', cache);
  },
);

test('keep 0 leaves the current one alone, and what a run without rights left is swept', async () => {
  for (const version of ['1', '2', '3'])
    await publish(state, 'zz', files(version), { ...document, published: 1 });
  const stray = join(cache, state, 'zz/generation-7/app-misc');
  mkdirSync(stray, { recursive: true });
  const removed = pruneGenerations(state, 'zz', { keep: 0, dependencyCache: cache });
  // whatever runs here began after 1970
  expect(removed).toEqual(['generation-1', 'generation-2']);
  expect(existsSync(join(cache, state, 'zz/generation-7'))).toBe(false);
});
