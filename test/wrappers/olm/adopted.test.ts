import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectDocumented } from '../../commands/documented.ts';
import { quick } from '../../kit/environment.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';

const whole = {
  ebuilds: {
    'app-x/used-1': { SLOT: '0', RDEPEND: 'app-x/dep' },
    'app-x/used-2': { SLOT: '0', RDEPEND: 'app-x/dep' },
    'app-x/dep-1': { SLOT: '0' },
    'app-x/other-1': { SLOT: '0' },
  },
};
let desk: OlmDesk;
beforeAll(async () => {
  if (quick) return;
  desk = await makeOlmDesk(
    {},
    {
      declaration: {
        overlays: { whole },
        installed: { 'app-x/used-1': { repository: 'whole' } },
      },
    },
  );
  desk.commit('whole', whole);
});
afterAll(() => (quick ? undefined : desk.end()));

test.skipIf(quick)(
  'from the whole overlay to what is used of it, by the commands that adopt prints',
  async () => {
    const { directory } = desk.root;
    const repos = join(directory, 'etc/portage/repos.conf');
    const parts = readFileSync(repos, 'utf8').split(/^(?=\[)/m);
    const isOwn = (part: string) => part.startsWith('[whole]');
    rmSync(repos);
    mkdirSync(repos);
    const rest = parts.filter(part => !isOwn(part)).join('');
    writeFileSync(join(repos, 'main.conf'), rest);
    const sync = `sync-type = git\nsync-uri = ${desk.server.url}/whole\n`;
    writeFileSync(join(repos, 'whole.conf'), `${parts.find(isOwn)?.trimEnd()}\n${sync}`);
    const before = desk.visible('app-x/used', 'app-x/dep', 'app-x/other');
    expect(before).toHaveLength(4);
    // while all of it is configured nothing is put in its place
    desk.list('app-x/used::whole');
    expect((await desk.olm(['sync'])).stderr).toContain('whole');
    expect(existsSync(join(directory, 'var/db/repos/whole/app-x/other'))).toBe(true);
    desk.list();

    const adopted = JSON.parse((await desk.olm(['adopt', 'whole', '--write', '--json'])).stdout);
    expectDocumented('olm.md', adopted);
    expect(adopted.written.definition).toContain(`sync-uri = ${desk.server.url}/whole\n`);
    expect(adopted.steps).toEqual([
      `mv ${directory}/var/db/repos/whole ${directory}/var/db/repos/.whole.adopted`,
      'tumpline enable olm',
      'olm sync whole',
    ]);
    // what the second step does has tests of its own, and touches the Python of all tests
    expect(spawnSync('sh', ['-c', adopted.steps[0]]).status).toBe(0);
    writeFileSync(
      join(repos, 'olm.conf'),
      `[whole]\nlocation = ${directory}/var/db/repos/whole\nsync-type = olm\nsync-uri = olm:whole\n`,
    );
    expect(await desk.olm(['sync', 'whole'])).toMatchObject({ code: 0, stderr: '' });
    expect(desk.visible('app-x/used', 'app-x/dep', 'app-x/other').sort()).toEqual(
      before.filter(line => !line.includes('other')).sort(),
    );

    const list = JSON.parse((await desk.olm(['list', '--json'])).stdout);
    expectDocumented('olm.md', list);
    expect(list.overlays).toMatchObject([
      { name: 'whole', published: { packages: 2, eclasses: 0 }, selections: [{ synced: true }] },
    ]);
    const text = (await desk.olm(['list'])).stdout;
    expect(text).toContain(`whole  ${desk.server.url}/whole  2 packages\n`);
    expect(text).not.toContain('not synced yet');
    expect((await desk.olm(['adopt', 'whole'])).stderr).toBe(
      'tumpline: whole: is what olm makes of it already\ntry: olm list\n',
    );
    const search = JSON.parse((await desk.olm(['search', 'other', '--offline', '--json'])).stdout);
    expect(search.packages).toEqual([
      { overlay: 'whole', cp: 'app-x/other', versions: ['1'], listed: false },
    ]);
    await desk.olm(['remove', 'app-x/used']);
    const emptied = (await desk.olm(['list'])).stdout;
    expect(emptied).toContain('nothing of it is listed');
  },
);
