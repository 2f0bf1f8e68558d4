/** An overlay without md5-cache whose ebuilds do harm wherever they are sourced. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteReduced, python, quick } from '../../kit/environment.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';

const tried = ['--unshare-user', '--unshare-all', '--ro-bind', '/', '/', 'true'];
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534, cwd: '/' } : {};
const able = spawnSync('bwrap', tried, nobody).status === 0;
if (!able) noteReduced('olm: no sandbox can be made here, ebuilds without metadata are not tested');

let outside: string;
let harm: string;
let desk: OlmDesk;
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'tumpline-harm-'));
  harm = join(outside, 'written');
});
afterEach(async () => {
  await desk?.end();
  rmSync(outside, { recursive: true });
});

const ebuild = (more: string) =>
  `EAPI=8\nDESCRIPTION="d"\nSLOT=0\nKEYWORDS="amd64"\n${more}\necho harm >> ${harm}\ntrue\n`;

function overlay(version: string) {
  return {
    [`app-x/raw/raw-${version}.ebuild`]: ebuild('inherit own\nRDEPEND="dev-x/needed"'),
    'dev-x/needed/needed-1.ebuild': ebuild(''),
    'dev-x/not/not-1.ebuild': ebuild(''),
    'eclass/own.eclass': `IUSE="own"\necho eclass >> ${harm}\ntrue\n`,
    'profiles/categories': 'app-x\ndev-x\n',
  };
}

test.runIf(able && !quick)(
  'nothing of it has run outside after a sync, nor when emerge looks at what was copied',
  async () => {
    desk = await makeOlmDesk({ raw: { ebuilds: {} } }, { declaration: { ebuilds: { 'dev-x/local-1': {} } } });
    desk.commit('raw', { ebuilds: {} }, overlay('1'));
    desk.list('app-x/raw::raw');
    expect(await desk.olm(['sync'])).toEqual({
      code: 0,
      stdout: 'raw: 2 packages, 1 eclass, 2 new (app-x/raw dev-x/needed)\n',
      stderr: '',
    });
    const pretended = await desk.root.emerge(['-p', '--color=n', 'app-x/raw'], { timeout: 60_000 });
    expect(pretended.stdout).toMatch(/dev-x\/needed-1 [\s\S]*app-x\/raw-1 /);
    expect(existsSync(harm)).toBe(false);

    desk.commit('raw', { ebuilds: {} }, overlay('2'));
    expect((await desk.olm(['sync'])).stdout).toContain('1 changed (app-x/raw)');
    expect(desk.visible('app-x/raw')).toContain('app-x/raw-2:0::raw');
    expect(existsSync(harm)).toBe(false);

    // the same ebuild, sourced by Portage itself, does its harm
    rmSync(join(desk.root.directory, 'var/db/repos/raw/metadata/md5-cache'), { recursive: true });
    const source =
      "import portage; portage.db[portage.settings['EROOT']]['porttree'].dbapi.aux_get('dev-x/needed-1', ['SLOT'])";
    await desk.root.run(python, ['-B', '-c', source], { timeout: 60_000 });
    expect(existsSync(harm)).toBe(true);
  },
  90_000,
);

test.skipIf(quick)(
  'by option, none is looked at',
  async () => {
    desk = await makeOlmDesk({ raw: { ebuilds: {} } });
    desk.commit('raw', { ebuilds: {} }, overlay('1'));
    desk.write('etc/tumpline.conf', '[olm]\nuncached = no\n');
    desk.list('app-x/raw::raw');
    const { code, stdout } = await desk.olm(['sync']);
    expect(code).toBe(0);
    expect(stdout).toContain('raw: 1 package');
    expect(desk.repository('raw')?.has('app-x/raw/raw-1.ebuild')).toBe(true);
    expect([...(desk.repository('raw')?.keys() ?? [])].filter(path => path.includes('md5-cache'))).toEqual(
      [],
    );
    expect(existsSync(harm)).toBe(false);
  },
  60_000,
);
