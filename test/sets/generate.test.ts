/** The generated sets as the real Portage sees them: plain emerge, depclean, --list-sets. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generate } from '../../sets/generate.ts';
import { noteReduced, quick } from '../kit/environment.ts';
import {
  at,
  cleaned,
  desk,
  everything,
  generated,
  located,
  names,
  on,
  renew,
  source,
  useDesk,
} from './generated-kit.ts';

const full = test.skipIf(quick);
if (quick) noteReduced('generated sets: only what they hold');

useDesk();

describe('generated sets', () => {
  test('hold what the sources say, for plain emerge too', async () => {
    await at({
      sets: {
        kit: ['# mine', 'app/a', '@inner', '?app/b', '?app/none', 'x? ( app/c )', 'y? ( app/d )'],
        inner: ['app/c', 'app/d', '-app/d'],
        most: ['@kit', 'app/e', '-@inner'],
        less: ['app/a', 'app/d', '-@system'],
        'kit.metadata': ['description:', 'what I need'],
      },
      makeConf: { USE: 'x' },
      profile: { packages: ['*app/a'] },
      worldSets: ['@kit'],
    });
    // Portage itself reads less than what stands there
    expect(await cleaned()).toEqual(['app/b', 'app/e']);
    on();
    expect(generated()).toEqual({
      kit: ['app/a', 'app/b', 'app/c', '@inner'],
      'kit.metadata': ['what I need'],
      inner: ['app/c'],
      less: ['app/d'],
      most: ['app/a', 'app/b', 'app/e'],
    });
    expect(await cleaned()).toEqual(['app/d', 'app/e']);
    const listed = await desk.root.emerge(['--list-sets', '--color=n']);
    expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(['kit', 'inner', 'most', 'world']));
    expect(listed.stderr + listed.stdout).not.toContain('Redefinition');
    expect((await desk.root.emerge(['-p', '@most', '--color=n', '--columns'])).stdout).toMatch(/app\/e\b/);
    expect((await desk.root.emerge(['-s', 'kit', '--color=n'])).stdout).toContain('what I need');
  });

  full('follow their sources: new, changed, gone', async () => {
    await at({ sets: { kit: ['app/a'], other: ['app/b'] }, worldSets: ['@kit', '@other'] });
    on();
    expect((await renew()).state).toBe('same');
    source('kit', 'app/a\napp/c\n');
    source('third', 'app/d\n');
    source('other', undefined);
    expect(await renew()).toMatchObject({ state: 'written', removed: ['other'] });
    expect(generated()).toEqual({ kit: ['app/a', 'app/c'], third: ['app/d'] });
    // it is selected and missing: depclean stops
    expect(await cleaned()).toMatch(/other/);
  });

  const broken: [string, string][] = [
    ['a typo', 'app/a\nb\n'],
    ['a second word', 'app/a app/b\n'],
    ['a byte order mark', '\uFEFFapp/a\napp/b\n'],
    ['a wildcard', 'app/*\n'],
    ['an any-of', '|| ( app/a app/b )\n'],
    ['an unknown set', 'app/a\n@nowhere\n'],
    ['nothing', ''],
    ['nothing but a comment', '# app/a\n'],
    ['an open bracket', 'x? (\napp/a\napp/b\n'],
  ];
  full('keep their last entries while the source is broken', async () => {
    await at({
      sets: { kit: ['app/a', 'app/b'] },
      worldSets: ['@kit'],
      world: ['app/c', 'app/d', 'app/e'],
    });
    on();
    for (const [what, text] of broken) {
      source('kit', text);
      for (let call = 0; call < 2; call += 1) {
        const { kept, complaints } = await renew();
        expect(kept, what).toEqual(['kit']);
        expect(complaints, what).toContainEqual(expect.objectContaining({ set: 'kit', severity: 'broken' }));
        expect(generated(), what).toEqual({ kit: ['app/a', 'app/b'] });
      }
      expect(await cleaned(), what).toEqual([]);
    }
    source('kit', 'app/a\n');
    expect((await renew()).kept).toEqual([]);
    // not in pretence now
    expect((await desk.root.emerge(['--depclean', '--quiet'])).exitCode).toBe(0);
    expect(desk.root.merged()).toEqual(['app/a-1', 'app/c-1', 'app/d-1', 'app/e-1']);
  });

  full('lose their last entries only when somebody says so', async () => {
    await at({
      sets: { kit: ['x? ( app/a )', '?app/none'] },
      makeConf: { USE: 'x' },
      worldSets: ['@kit'],
      world: ['app/b', 'app/c', 'app/d', 'app/e'],
    });
    on();
    source('kit', 'y? ( app/a )\n');
    const refused = await renew();
    expect(refused.kept).toEqual(['kit']);
    expect(refused.complaints).toContainEqual(expect.objectContaining({ set: 'kit', code: 'lost' }));
    expect(await cleaned()).toEqual([]);
    await generate(located, { environment: desk.environment, emptied: new Set(['kit']) });
    expect(generated()).toEqual({ kit: [] });
    expect(await cleaned()).toEqual(['app/a']);
  });

  full('take in an optional member that was installed meanwhile', async () => {
    const rest = names.filter(name => name !== 'b').map(name => `app/${name}`);
    await at({
      installed: Object.fromEntries(rest.map(name => [`${name}-1`, { repository: 'testbed' }])),
      ebuilds: { 'app/b-1': {}, 'new/x-1': {}, ...everything.ebuilds },
      sets: { kit: ['?app/b', '?new/x', 'app/a'] },
      worldSets: ['@kit'],
      world: rest,
    });
    on();
    await renew();
    expect((await renew()).state).toBe('same');
    expect(generated()).toEqual({ kit: ['app/a'] });
    expect((await desk.root.emerge(['-1q', 'app/b', 'new/x'])).exitCode).toBe(0);
    expect((await renew()).state).toBe('written');
    expect(generated()).toEqual({ kit: ['app/b', 'new/x', 'app/a'] });
    expect(await cleaned()).toEqual([]);
  });

  full('are missing, which stops depclean, when somebody deletes them', async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit'], world: ['app/b', 'app/c', 'app/d', 'app/e'] });
    on();
    await renew();
    rmSync(join(desk.root.directory, 'var/lib/tumpline/sets/generated/kit'));
    expect(await cleaned()).toMatch(/kit/);
    expect((await renew()).state).toBe('written');
    expect(await cleaned()).toEqual([]);
    rmSync(join(desk.root.directory, 'var/lib/tumpline'), { recursive: true });
    expect(await cleaned()).toMatch(/kit/);
  });

  full('follow a package move', async () => {
    await at({
      sets: { kit: ['app/old', 'app/a:1'] },
      worldSets: ['@kit'],
      world: ['app/c', 'app/d', 'app/e'],
    });
    const updates = join(desk.root.repository, 'profiles/updates');
    mkdirSync(updates, { recursive: true });
    writeFileSync(join(updates, '1Q-2024'), 'move app/old app/b\nslotmove app/a 1 0\n');
    const at1 = 'tumpline: etc/portage/sets/kit line';
    on(`${at1} 1: 'app/old' is called 'app/b' now\n${at1} 2: 'app/a:1' is called 'app/a:0' now\n`);
    const { complaints } = await renew();
    expect(complaints.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'moved note',
      'moved note',
    ]);
    expect(generated()).toEqual({ kit: ['app/b', 'app/a:0'] });
    expect(await cleaned()).toEqual([]);
  });
});
