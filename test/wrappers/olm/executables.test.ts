/** What may be run in an overlay may be run in the repository that is made of it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import { writeOverlay } from '../../kit/overlay-source.ts';
import { toyFiles } from '../../testbed/overlay-tree.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';

if (quick) noteReduced('executable files of overlays: local ones only');

const toy = { ebuilds: { 'app-x/frog-1': {}, 'app-x/toad-1': {} } };
const script = '#!/bin/sh\necho croak\n';
const path = 'app-x/frog/files/run.sh';
let desk: OlmDesk;
afterEach(() => desk?.end());

function modeOf(name: string, file: string): string {
  const { mode } = statSync(join(desk.root.directory, 'var/db/repos', name, file));
  return (mode & 0o7777).toString(8);
}

test('in a directory on this computer', async () => {
  desk = await makeOlmDesk({});
  const tree = join(dirname(desk.root.directory), 'own');
  writeOverlay(tree, Object.fromEntries(toyFiles('own', toy)));
  mkdirSync(join(tree, dirname(path)));
  writeFileSync(join(tree, path), script, { mode: 0o755 });
  writeFileSync(join(tree, 'app-x/frog/files/a.patch'), 'x\n', { mode: 0o644 });
  desk.write('etc/overlayman/overlays.conf', `[own]\nsync-uri = ${tree}\n`);
  desk.list('app-x/frog::own');
  expect((await desk.olm(['sync'])).code).toBe(0);
  expect(modeOf('own', path)).toBe('755');
  expect(modeOf('own', 'app-x/frog/files/a.patch')).toBe('644');
  chmodSync(join(tree, path), 0o644);
  expect((await desk.olm(['sync'])).stdout).toBe('own: 1 package, 1 changed (app-x/frog)\n');
  expect(modeOf('own', path)).toBe('644');
}, 60_000);

test.skipIf(quick)(
  'in git, when nothing else changes too; what is kept stays so, and what was changed is found',
  async () => {
    desk = await makeOlmDesk({});
    desk.write('etc/overlayman/overlays.conf', `[own]\nsync-uri = ${desk.server.url}/own\n`);
    desk.commit('own', toy, { [path]: script });
    desk.list('app-x/frog::own', 'app-x/toad::own');
    expect((await desk.olm(['sync'])).code).toBe(0);
    expect(modeOf('own', path)).toBe('644');

    desk.commit('own', toy, {
      [path]: { executable: script },
      'app-x/frog/files/same.sh': { link: 'run.sh' },
    });
    const { stdout } = await desk.olm(['diff', '--json']);
    expect(stdout).toContain('"files/run.sh"');
    expect((await desk.olm(['sync'])).stdout).toBe('own: 2 packages, 1 changed (app-x/frog)\n');
    expect(modeOf('own', path)).toBe('755');
    expect(modeOf('own', 'app-x/frog/files/same.sh')).toBe('755');
    expect((await desk.olm(['sync', '--anew'])).stdout).toBe('own: 2 packages, nothing new\n');
    const at = join(desk.root.directory, 'var/db/repos/own');
    expect(spawnSync(join(at, path), { encoding: 'utf8' }).stdout).toBe('croak\n');
    const summed = spawnSync(
      'sha256sum',
      ['--check', '--strict', '--quiet', 'metadata/written-by-tumpline'],
      {
        cwd: at,
      },
    );
    expect(summed.status).toBe(0);

    // the overlay loses it: what was selected stays as it was
    desk.commit('own', { ebuilds: { 'app-x/toad-1': {} } });
    expect((await desk.olm(['sync'])).code).toBe(1);
    expect(modeOf('own', path)).toBe('755');

    chmodSync(join(at, path), 0o644);
    expect((await desk.olm(['check'])).stdout).toContain(`${path} was changed`);
    expect((await desk.olm(['sync', '--anew'])).code).toBe(1);
    expect((await desk.olm(['check'])).stdout).not.toContain(`${path} was changed`);
  },
  60_000,
);
