import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { couldWrite, places } from '../../system/places.ts';
import { top } from '../kit/environment.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-places-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function bundleText(contents: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: top, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
}

test('state goes below EROOT, configuration below the config root, which stands for itself', () => {
  const found = places({ eprefix: `${scratch}/pfx`, configRoot: `${scratch}/pfx`, root: '/' }, {});
  expect(found).toMatchObject({
    configuration: `${scratch}/pfx/etc/tumpline.conf`,
    portageConfiguration: `${scratch}/pfx/etc/portage`,
    overlayman: `${scratch}/pfx/etc/overlayman`,
    eroot: `${scratch}/pfx`,
    personal: false,
    run: `${scratch}/pfx/run/tumpline`,
  });
  expect(found.state('emerge')).toBe(`${scratch}/pfx/var/lib/tumpline/emerge`);
  expect(found.cache('emerge')).toBe(`${scratch}/pfx/var/cache/tumpline/emerge`);
  const rooted = places({ eprefix: '/pfx', configRoot: '/conf', root: scratch }, {});
  expect(rooted.configuration).toBe('/conf/etc/tumpline.conf');
  expect(rooted.state('x')).toBe(`${scratch}/pfx/var/lib/tumpline/x`);
});

test('a directory can be written when the next one above that exists can be', () => {
  expect(couldWrite(join(scratch, 'a/b/c'))).toBe(true);
});

test('who cannot write there gets XDG directories, apart for each root', async () => {
  const program = join(scratch, 'places.cjs');
  await bundleText(
    `import { places } from './system/places.ts';
     const found = places(
       { eprefix: '', configRoot: '/', root: process.argv[2] },
       { HOME: '/home/u', XDG_CACHE_HOME: '/cache', XDG_STATE_HOME: 'relative' },
     );
     const { personal, run } = found;
     const dirs = [found.state('emerge'), found.cache('emerge'), found.systemState('emerge')];
     process.stdout.write(JSON.stringify({ personal, run, dirs }));`,
    program,
  );
  const root = join(scratch, 'locked');
  mkdirSync(root);
  chmodSync(scratch, 0o755);
  chmodSync(root, 0o555);
  // root may write everywhere, so that it asks as somebody else
  const uid = process.getuid?.() === 0 ? 65534 : process.getuid?.();
  const { stdout } = spawnSync(process.execPath, [program, root], { encoding: 'utf8', uid, cwd: '/' });
  const name = encodeURIComponent(root.slice(1));
  expect(JSON.parse(stdout)).toEqual({
    personal: true,
    run: `/tmp/tumpline-${uid}/tumpline/@${name}`,
    dirs: [
      `/home/u/.local/state/tumpline/@${name}/emerge`,
      `/cache/tumpline/@${name}/emerge`,
      `${root}/var/lib/tumpline/emerge`,
    ],
  });
  // but a part's own directory may be theirs
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'var/lib/tumpline/emerge'), { recursive: true });
  chmodSync(root, 0o555);
  chownSync(join(root, 'var/lib/tumpline/emerge'), uid ?? 0, uid ?? 0);
  chmodSync(join(root, 'var/lib/tumpline'), 0o555);
  const owned = spawnSync(process.execPath, [program, root], { encoding: 'utf8', uid, cwd: '/' });
  expect(JSON.parse(owned.stdout)).toMatchObject({
    personal: true,
    dirs: [
      `${root}/var/lib/tumpline/emerge`,
      `/cache/tumpline/@${name}/emerge`,
      `${root}/var/lib/tumpline/emerge`,
    ],
  });
});

test('TUMPLINE_DEBUG: one line per decision, nothing when unset, and never a failure', async () => {
  const program = join(scratch, 'log.cjs');
  await bundleText(
    `import { debug, debugging } from './system/log.ts';
     let asked = 0;
     debug('part', 'two\\nlines');
     debug('part', () => { asked += 1; return 'lazy'; });
     debug('part', () => { throw new Error('no'); });
     process.stdout.write(JSON.stringify([debugging(), asked]));`,
    program,
  );
  const { TUMPLINE_DEBUG: _, ...environment } = process.env;
  const start = (file?: string) =>
    spawnSync(process.execPath, [program], {
      env: { ...environment, ...(file === undefined ? {} : { TUMPLINE_DEBUG: file }) },
      encoding: 'utf8',
    });
  expect(start().stdout).toBe('[false,0]');
  const file = join(scratch, 'debug.log');
  const ran = start(file);
  expect(ran.stdout).toBe('[true,1]');
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \d+ part: two\\nlines$/);
  expect(lines[0]).toContain(` ${ran.pid} `);
  expect(lines[1]).toMatch(/ part: lazy$/);
  expect(lines).toHaveLength(3);
  mkdirSync(join(scratch, 'directory'));
  writeFileSync(join(scratch, 'file'), '');
  for (const bad of [join(scratch, 'directory'), join(scratch, 'file/below'), '/proc/none'])
    expect(start(bad)).toMatchObject({ status: 0, stderr: '' });
});
