/** `olm sync` of overlays with masters: which of them are made as well, and what becomes of them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { quick } from '../../kit/environment.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';

const declaration = { ebuilds: { 'dev-x/local-1': {} } };
const frog = { ebuilds: { 'app-x/frog-1': { RDEPEND: 'dev-x/local' } } };
let desk: OlmDesk;
afterEach(() => desk?.end());

test.skipIf(quick)(
  'a master that is no local repository is made as well, and goes with the last that needs it',
  async () => {
    desk = await makeOlmDesk(
      {
        base: {
          ebuilds: { 'dev-b/lib-1': {}, 'dev-b/unused-1': {} },
          eclasses: { basis: 'RDEPEND="dev-b/lib"\n', spare: '' },
        },
        leaf: { ebuilds: { 'app-l/leaf-1': { inherit: 'basis' } }, masters: ['testbed', 'base'] },
      },
      { declaration },
    );
    desk.list('app-l/leaf::leaf');
    const first = await desk.olm(['sync']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect([...(desk.repository('base')?.keys() ?? [])].filter(path => /^(eclass|dev-b)/.test(path))).toEqual(
      expect.arrayContaining(['eclass/basis.eclass', 'dev-b/lib/lib-1.ebuild']),
    );
    expect(desk.repository('base')?.has('eclass/spare.eclass')).toBe(false);
    expect(desk.visible('app-l/leaf', 'dev-b/lib', 'dev-b/unused')).toEqual([
      'app-l/leaf-1:0::leaf',
      'dev-b/lib-1:0::base',
    ]);
    const { exitCode, stdout } = await desk.root.emerge(['--pretend', 'app-l/leaf']);
    expect([exitCode, stdout.includes('dev-b/lib-1')]).toEqual([0, true]);
    expect((await desk.olm(['sync', 'base'])).stdout).toContain('base: 1 package, 1 eclass, nothing new');
    desk.list('#');
    expect((await desk.olm(['sync'])).code).toBe(0);
    expect([desk.repository('base'), desk.repository('leaf')]).toEqual([undefined, undefined]);
  },
  60_000,
);

test.skipIf(quick)(
  'what a master gave to an overlay that cannot be made now stays as well',
  async () => {
    const base = {
      ebuilds: { 'dev-b/lib-1': {}, 'dev-b/own-1': {} },
      eclasses: { basis: 'RDEPEND="dev-b/lib"\n' },
    };
    desk = await makeOlmDesk(
      { base, leaf: { ebuilds: { 'app-l/leaf-1': { inherit: 'basis' } }, masters: ['testbed', 'base'] } },
      { declaration },
    );
    desk.list('app-l/leaf::leaf', 'dev-b/own::base');
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0, stderr: '' });
    const conf = join(desk.root.directory, 'etc/overlayman/overlays.conf');
    const sound = readFileSync(conf, 'utf8');
    writeFileSync(conf, sound.replace(/(\[leaf\]\nsync-uri = ).*/, '$1ext::sh -c true'));
    desk.commit('base', { ...base, ebuilds: { ...base.ebuilds, 'dev-b/own-2': {} } });
    const answer = await desk.olm(['sync']);
    expect(answer.code).toBe(1);
    expect(answer.stdout).toContain('leaf: 1 package, kept as they were');
    expect(desk.visible('app-l/leaf', 'dev-b/lib', 'dev-b/own')).toEqual([
      'app-l/leaf-1:0::leaf',
      'dev-b/lib-1:0::base',
      'dev-b/own-1:0::base',
      'dev-b/own-2:0::base',
    ]);
    expect(desk.repository('base')?.has('eclass/basis.eclass')).toBe(true);
    writeFileSync(conf, sound);
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0, stderr: '' });
  },
  60_000,
);

test.skipIf(quick)(
  'an overlay for ::gentoo, where the main repository is called otherwise',
  async () => {
    desk = await makeOlmDesk({ guru: { ...frog, masters: ['gentoo'] } }, { declaration });
    desk.list('app-x/frog::guru');
    const answer = await desk.olm(['sync']);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(
      'guru: its master gentoo cannot be had: gentoo: the main repository here is testbed',
    );
    const conf = join(desk.root.directory, 'etc/overlayman/overlays.conf');
    writeFileSync(conf, readFileSync(conf, 'utf8').replace('[guru]\n', '[guru]\nmasters = testbed\n'));
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0, stderr: '' });
    expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
  },
  60_000,
);

test('a master whose name leads elsewhere is refused before anything is called so', async () => {
  const leaf = (name: string) => ({ ebuilds: { [`app-l/${name}-1`]: {} } });
  desk = await makeOlmDesk(
    { base: leaf('base'), leaf: { ...leaf('leaf'), masters: ['testbed', 'base', '../../../../escaped/x'] } },
    { declaration },
  );
  desk.list('app-l/base::base', 'app-l/leaf::leaf');
  const { code, stdout, stderr } = await desk.olm(['sync']);
  expect([code, stdout]).toEqual([1, expect.stringContaining('base: 1 package')]);
  expect(stderr).toContain('leaf: has ../../../../escaped/x for a master');
  expect(existsSync(join(desk.root.directory, 'escaped'))).toBe(false);
});
