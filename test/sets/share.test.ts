/** The sets that come along. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseSetFile } from '../../portage/files/set-file.ts';
import { makeDesk } from '../commands/kit.ts';
import { quick, top } from '../kit/environment.ts';

const share = join(top, 'sets/share');
const names = readdirSync(share).filter(name => !name.endsWith('.metadata'));

test.each(names)('%s is sound, and says what it is for', name => {
  expect(parseSetFile(readFileSync(join(share, name), 'utf8')).problems).toEqual([]);
  expect(readFileSync(join(share, `${name}.metadata`), 'utf8')).toMatch(/^description:\n\S.*\n$/);
});

test.skipIf(quick)(
  'Portage has none of that name, and takes them from USER_SETS_PATH',
  async () => {
    const desk = await makeDesk({
      observability: false,
      ebuilds: { 'sys-devel/gcc-1': {}, 'sys-libs/glibc-1': {} },
      installed: { 'sys-devel/gcc-1': {}, 'app-t/live-1': { PROPERTIES: 'live' } },
    });
    try {
      const own = (await desk.root.emerge(['--list-sets'])).stdout.trim().split('\n');
      expect(names.filter(name => own.includes(name))).toEqual([]);
      const conf = join(desk.root.directory, 'etc/portage/make.conf');
      const path = `\${EPREFIX}/etc/portage/sets ${desk.tree}/share/tumpline/sets`;
      writeFileSync(conf, `${readFileSync(conf, 'utf8')}USER_SETS_PATH="${path}"\n`);
      const enabled = desk.tumpline(['enable', 'sets']);
      expect([enabled.status, enabled.stderr]).toEqual([0, '']);
      expect((await desk.root.emerge(['--list-sets'])).stdout.split('\n')).toEqual(
        expect.arrayContaining(names),
      );
      const { stdout } = await desk.root.emerge(['--pretend', '--oneshot', '--color=n', '@toolchain']);
      expect([...stdout.matchAll(/^\[ebuild.*?\] (\S+)/gm)].map(([, cpv]) => cpv)).toEqual([
        'sys-devel/gcc-1',
      ]);
      expect(desk.tumpline(['sets', 'expand', '@rebuilds']).stdout).toBe('app-t/live:0\n');
    } finally {
      desk.root.remove();
    }
  },
  120_000,
);
