/** `olm why`, `diff` and `check`. */
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectDocumented } from '../../commands/documented.ts';
import { quick } from '../../kit/environment.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';

const rain = (address: string) => ({
  'dev-x/rain/metadata.xml': `<pkgmetadata><maintainer type="person"><email>${address}</email></maintainer></pkgmetadata>\n`,
});
const first = {
  ebuilds: {
    'app-x/frog-1': {
      RDEPEND: '>=dev-x/pond-2[deep]',
      BDEPEND: 'dev-x/nowhere',
      inherit: 'water',
      LICENSE: 'MIT',
    },
    'dev-x/pond-2': { RDEPEND: 'dev-x/rain', IUSE: 'deep' },
    'dev-x/rain-1': { LICENSE: 'GPL-2' },
  },
  eclasses: { water: '# one\n# two\nW=1\n' },
};
const second = {
  ebuilds: {
    'app-x/frog-1': { ...first.ebuilds['app-x/frog-1'], DESCRIPTION: 'A louder frog' },
    'dev-x/pond-2': first.ebuilds['dev-x/pond-2'],
    'dev-x/rain-2': { LICENSE: 'EULA' },
  },
  eclasses: { water: '# one\n# 2\nW=1\n# more\n' },
};
let desk: OlmDesk;
beforeAll(async () => {
  if (quick) return;
  desk = await makeOlmDesk({ guru: first }, { declaration: { ebuilds: { 'dev-x/local-1': {} } } });
  desk.commit('guru', first, rain('larry@example.org'));
  desk.list('# frogs', 'app-x/frog::guru');
  await desk.olm(['sync']);
}, 60_000);
afterAll(() => desk?.end());

const list = () => join(desk.root.directory, 'etc/overlayman/packages');

test.skipIf(quick)(
  'why tells the shortest chain from each line',
  async () => {
    expect((await desk.olm(['why', 'dev-x/rain'])).stdout).toBe(
      [
        'dev-x/rain::guru  1',
        '',
        `  app-x/frog::guru  ${list()}:2`,
        '  └─ dev-x/pond  frog-1 RDEPEND >=dev-x/pond-2[deep]',
        '     └─ dev-x/rain  pond-2 RDEPEND dev-x/rain',
        '',
      ].join('\n'),
    );
    const json = await desk.olm(['why', 'rain', '--json']);
    expectDocumented('olm.md', JSON.parse(json.stdout));
    expect((await desk.olm(['why', 'dev-x/rian'])).stderr).toMatch(
      /has taken no such package\ntry: olm why dev-x\/rain/,
    );
    expect((await desk.olm(['why', 'dev-x/local'])).stderr).toMatch(
      /not taken out of an overlay: ::testbed has it/,
    );
  },
  60_000,
);

test.skipIf(quick)(
  'diff tells what a trusting user wants to know, and changes nothing',
  async () => {
    expect(await desk.olm(['diff'])).toEqual({ code: 0, stdout: 'nothing would change\n', stderr: '' });
    desk.commit('guru', second, rain('mallory@example.org'));
    const answer = await desk.olm(['diff']);
    expect(answer).toEqual({
      code: 1,
      stdout: [
        'guru',
        '~ app-x/frog  1 changed',
        '~ dev-x/rain  +2, -1',
        '    licence: +EULA, -GPL-2',
        '    maintainer: +mallory@example.org, -larry@example.org',
        '~ water.eclass  3 lines',
        '',
      ].join('\n'),
      stderr: '',
    });
    expectDocumented('olm.md', JSON.parse((await desk.olm(['diff', '--json'])).stdout));
    expect((await desk.olm(['check'])).stdout).not.toContain('damaged');
    expect(desk.visible('dev-x/rain')).toEqual(['dev-x/rain-1:0::guru']);
    expectDocumented('olm.md', JSON.parse((await desk.olm(['sync', '--json'])).stdout));
    expect((await desk.olm(['diff'])).stdout).toBe('nothing would change\n');
  },
  60_000,
);

test.skipIf(quick)(
  'check finds a missing dependency, a changed list and damage, byte for byte',
  async () => {
    const sound = await desk.olm(['check']);
    expect(sound).toEqual({
      code: 1,
      stdout: '! app-x/frog-1: BDEPEND dev-x/nowhere is found nowhere\n  try: olm search nowhere\n',
      stderr: '',
    });
    desk.list('app-x/frog::guru', 'dev-x/pond::guru');
    expect((await desk.olm(['check'])).stdout).toContain(
      'guru: the list was changed since the last sync\n  try: olm sync guru',
    );
    appendFileSync(join(desk.root.directory, 'var/db/repos/guru/app-x/frog/frog-1.ebuild'), '\n');
    rmSync(join(desk.root.directory, 'var/db/repos/guru/profiles/categories'));
    const broken = await desk.olm(['check', '--json']);
    expectDocumented('olm.md', JSON.parse(broken.stdout));
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('app-x/frog/frog-1.ebuild was changed');
    expect(broken.stdout).toContain('profiles/categories is missing');
    expect(broken.stdout).toContain('olm sync --anew guru');
    expect((await desk.olm(['sync'])).code).toBe(0);
    expect((await desk.olm(['sync', '--anew', 'guru'])).code).toBe(0);
    expect((await desk.olm(['check'])).stdout).not.toContain('guru: ');
    expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
  },
  60_000,
);
