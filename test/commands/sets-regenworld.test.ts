/** `tumpline sets regenworld` beside what real emerges recorded. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emerge, python, quick } from '../kit/environment.ts';
import { expectDocumented } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

const calls = [
  [
    'app-t/a',
    'bare',
    '=app-t/exact-1',
    'lib-t/x',
    'app-t/slotted:1',
    'app-t/slotted:2',
    'app-t/gone',
    'app-t/left',
  ],
  ['--oneshot', 'app-t/b', '@once'],
  ['--onlydeps', 'app-t/needy'],
  ['--fetchonly', 'app-t/unwanted'],
  ['--pretend', 'app-t/unwanted'],
  ['@kit', '@other', '@third'],
  ['--noreplace', 'app-t/dep'],
  ['--unmerge', 'app-t/gone'],
  ['--deselect', 'app-t/left', '@other'],
  ['--depclean', '@third'],
  ['app-t/failing'],
  ['app-t/in-set'],
];

let desk: Desk;
describe.skipIf(quick)('regenworld', () => {
  beforeAll(async () => {
    const plain = [
      'a',
      'b',
      'dep',
      'unwanted',
      'member',
      'bare',
      'exact',
      'gone',
      'left',
      'other',
      'once',
      'in-set',
      'third',
    ];
    desk = await makeDesk({
      observability: false,
      ebuilds: {
        ...Object.fromEntries(plain.map(name => [`app-t/${name}-1`, {}])),
        'app-t/needy-1': { RDEPEND: 'app-t/dep' },
        'app-t/failing-1': { fail: 'compile' },
        'app-t/slotted-1': { SLOT: '1' },
        'app-t/slotted-2': { SLOT: '2' },
        'lib-t/x-1': {},
      },
      sets: {
        kit: ['app-t/member', 'app-t/in-set'],
        other: ['app-t/other'],
        once: ['app-t/once'],
        third: ['app-t/third'],
      },
      profile: { packages: ['*lib-t/x'] },
    });
    for (const args of calls) await desk.root.emerge(args);
  }, 300_000);
  afterAll(() => desk.root.remove());

  const file = (name: string) => join(desk.root.directory, 'var/lib/portage', name);

  function regenworld(status: number, ...args: string[]) {
    const run = desk.tumpline(['sets', 'regenworld', '--json', ...args]);
    expect([run.status, run.stderr]).toEqual([status, '']);
    const answer = JSON.parse(run.stdout) as Record<
      'world' | 'worldSets',
      { after: string[]; backup: string | null }
    > & {
      leftOut: { text: string; why: string }[];
    };
    expectDocumented('sets.md', answer);
    return answer;
  }

  test('what emerge recorded stands in the log: the two lost files come back as they were', async () => {
    const [world, sets] = ['world', 'world_sets'].map(name => readFileSync(file(name), 'utf8'));
    expect(sets).toBe('@kit\n@third\n');
    expect(world?.split('\n')).toContain('app-t/slotted:2');
    // sound files need nothing
    expect(regenworld(0)).toMatchObject({ world: { added: [] }, worldSets: { added: [] } });

    rmSync(file('world'));
    writeFileSync(file('world_sets'), '');
    const pretended = regenworld(1);
    expect([pretended.world.after, pretended.worldSets.after].map(lines => lines.join('\n'))).toEqual([
      world?.trim(),
      '@kit\n@third',
    ]);
    expect(pretended.leftOut).toContainEqual(
      expect.objectContaining({ text: 'lib-t/x', why: 'part of @system' }),
    );
    expect(readFileSync(file('world_sets'), 'utf8')).toBe('');
    const written = regenworld(0, '--write');
    expect(readFileSync(file('world'), 'utf8')).toBe(world);
    expect(readFileSync(file('world_sets'), 'utf8')).toBe(sets);
    expect(written.world.backup).toBe(null);
    expect(readFileSync(written.worldSets.backup ?? '', 'utf8')).toBe('');

    // Portage's own takes what was unmerged into account only by what is installed, and knows no set
    rmSync(file('world'));
    writeFileSync(file('world_sets'), '');
    await desk.root.run(python, ['-B', join(dirname(emerge), 'regenworld')]);
    expect(readFileSync(file('world_sets'), 'utf8')).toBe('');
    writeFileSync(file('world'), world ?? '');
    writeFileSync(file('world_sets'), sets ?? '');
  }, 120_000);

  test('what stands there stays; a set that is gone and a package that is gone are left out', () => {
    writeFileSync(file('world'), 'app-t/once\n');
    rmSync(join(desk.root.directory, 'etc/portage/sets/kit'));
    const { world, worldSets, leftOut } = regenworld(1, ...[]);
    expect(world.after).toContain('app-t/once');
    expect(worldSets.after).toEqual(['@kit', '@third']);
    writeFileSync(file('world_sets'), '');
    const shown = desk.tumpline(['sets', 'regenworld']);
    expect(shown.status).toBe(1);
    expect(shown.stdout).toContain('left out: @kit, no such set');
    expect(shown.stdout).toMatch(/^\+ app-t\/a {2}\d{4}-\d\d-\d\d$/m);
    expect(leftOut.map(({ text }) => text)).not.toContain('app-t/gone');
    expect(
      readdirSync(dirname(file('world'))).filter(name => name.includes('before-regenworld')),
    ).toHaveLength(1);
  });
});
