/** Several directories, repositories and roots: which set Portage sees where they are generated. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generate } from '../../sets/generate.ts';
import { locate } from '../../system/locate.ts';
import { noteReduced, quick } from '../kit/environment.ts';
import { at, cleaned, desk, generated, located, on, renew, source, useDesk } from './generated-kit.ts';

const full = test.skipIf(quick);
if (quick) noteReduced('generated sets: one directory, one repository, one root');

useDesk();

describe('generated sets', () => {
  full('are sound where one directory has a file of the name that is a directory in another', async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit'] });
    const two = join(desk.root.directory, 'srv/sets');
    mkdirSync(join(two, 'kit'), { recursive: true });
    writeFileSync(join(two, 'kit/deep'), 'app/b\n');
    writeFileSync(join(two, 'other'), 'app/b\n');
    const makeConf = desk.root.readText('etc/portage/make.conf');
    const paths = `${desk.root.directory}/etc/portage/sets ${two}`;
    writeFileSync(
      join(desk.root.directory, 'etc/portage/make.conf'),
      `${makeConf}USER_SETS_PATH="${paths}"\n`,
    );
    const made = await generate(located, { environment: desk.environment, enabling: true });
    expect(made.kept).toEqual(['kit/deep']);
    expect(made.complaints).toMatchObject([{ set: 'kit/deep', code: 'clash', severity: 'broken' }]);
    expect(generated()).toEqual({ kit: ['app/a'], other: ['app/b'] });
  });

  full('belong to a root: what is installed there counts', async () => {
    await at({ sets: { kit: ['app/a', '?app/b'] }, worldSets: ['@kit'] });
    on();
    expect(generated()).toEqual({ kit: ['app/a', 'app/b'] });
    const other = join(desk.root.directory, 'other');
    mkdirSync(other);
    const called = () => desk.root.emerge([`--root=${other}`, '-p', '@kit', '--color=n']);
    // no set rather than a wrong one
    expect((await called()).stderr).toContain('There are no sets to satisfy');
    const there = locate(desk.environment, { root: other });
    expect((await generate(there, { environment: desk.environment })).state).toBe('written');
    const { exitCode, stdout } = await called();
    expect([exitCode, [...stdout.matchAll(/app\/\w/g)].map(String)]).toEqual([0, ['app/a']]);
    expect(generated()).toEqual({ kit: ['app/a', 'app/b'] });
  });

  full('win over a repository that has the same name, quietly, and leave it the others', async () => {
    await at({
      overlays: { kde: {} },
      sets: { kit: ['app/a'] },
      worldSets: ['@kit', '@plasma', '@single'],
      world: ['app/d', 'app/e'],
    });
    const kde = join(desk.root.directory, 'var/db/repos/kde');
    mkdirSync(join(kde, 'sets'));
    writeFileSync(
      join(kde, 'sets.conf'),
      [
        '[kde sets]',
        'class = portage.sets.files.StaticFileSet',
        'multiset = true',
        'directory = $'.concat('{repository:kde}/sets/'),
        'world-candidate = true',
        '[single]',
        'class = portage.sets.files.StaticFileSet',
        'filename = $'.concat('{repository:kde}/one'),
        '',
      ].join('\n'),
    );
    writeFileSync(join(kde, 'sets/kit'), 'app/b\n');
    writeFileSync(join(kde, 'sets/plasma'), 'app/c\n');
    writeFileSync(join(kde, 'one'), 'app/b\n');
    const noise = async () =>
      (await desk.root.emerge(['-p', '@kit', '--color=n'])).stdout.match(/Redefinition[^\n]*/g) ?? [];
    expect(await noise()).not.toEqual([]);
    expect(await cleaned()).toEqual(['app/a']);
    on();
    expect(await noise()).toEqual([]);
    expect(await cleaned()).toEqual([]);
    expect((await renew()).state).not.toBe('off');
    // a new clash, and one that goes: the file in sets.conf follows
    source('single', 'app/a\n');
    source('kit', undefined);
    await renew();
    expect(await noise()).toEqual([]);
    expect(await cleaned()).toEqual([]);
    expect((await renew()).state).toBe('written');
    expect((await renew()).state).toBe('same');
  });

  full('come from every directory of USER_SETS_PATH, the first wins', async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit', '@more'], world: ['app/d', 'app/e'] });
    const two = join(desk.root.directory, 'srv/sets');
    mkdirSync(join(two, 'deep'), { recursive: true });
    writeFileSync(join(two, 'kit'), 'app/b\n');
    writeFileSync(join(two, 'more'), '@deep/er\n');
    writeFileSync(join(two, 'deep/er'), 'app/c\n');
    writeFileSync(
      join(desk.root.directory, 'etc/portage/make.conf'),
      `${desk.root.readText('etc/portage/make.conf')}USER_SETS_PATH="${two}:\${PORTAGE_CONFIGROOT}etc/portage/sets"\n`,
    );
    on();
    expect(await cleaned()).toEqual(['app/a']);
    renameSync(two, `${two}.gone`);
    // one of the two is gone with its directory, the other has its own source now
    expect([...(await renew()).removed].sort()).toEqual(['deep/er', 'more']);
    expect(await cleaned()).toMatch(/more/);
  });
});
