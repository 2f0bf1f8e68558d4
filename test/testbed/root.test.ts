import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { isObservable } from '../kit/environment.ts';
import type { RootDeclaration, VdbForm } from './declaration.ts';
import { type ResolvedNode, resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

const roots: Root[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) root.remove();
});

async function made(declaration: RootDeclaration): Promise<Root> {
  const root = await makeRoot(declaration);
  roots.push(root);
  return root;
}

function name(node: ResolvedNode): string {
  if (node.type === 'argument') return `@${node.argument}`;
  return node.type === 'blocker' ? node.atom : node.cpv;
}

const chain: RootDeclaration = {
  ebuilds: {
    'app-misc/a-1': { DEPEND: 'app-misc/b', RDEPEND: 'app-misc/b y? ( app-misc/c )', IUSE: '+x y' },
    'app-misc/b-1': { RDEPEND: 'app-misc/d:=' },
    'app-misc/c-1': { PDEPEND: 'app-misc/d' },
    'app-misc/d-1': { SLOT: '0/1' },
    'app-misc/d-2': { SLOT: '0/2' },
  },
};

describe('resolving', () => {
  test('gives the merge list, the edges with their kinds, and USE', async () => {
    const root = await made({ ...chain, packageUse: ['app-misc/a y'] });
    const resolution = await resolveIn(root, ['app-misc/a']);
    expect(resolution.success).toBe(true);
    expect(resolution.mergelist.map(name)).toEqual([
      'app-misc/d-2',
      'app-misc/b-1',
      'app-misc/c-1',
      'app-misc/a-1',
    ]);
    const edges = resolution.edges.map(edge => [
      name(edge.from),
      name(edge.to),
      edge.priorities.flat().sort(),
    ]);
    expect(edges).toEqual(
      expect.arrayContaining([
        ['@app-misc/a', 'app-misc/a-1', []],
        ['app-misc/a-1', 'app-misc/b-1', ['buildtime', 'runtime']],
        ['app-misc/a-1', 'app-misc/c-1', ['runtime']],
        ['app-misc/b-1', 'app-misc/d-2', ['runtime', 'runtime_slot_op']],
        ['app-misc/c-1', 'app-misc/d-2', ['runtime_post']],
      ]),
    );
    expect(edges).toHaveLength(5);
    const a = resolution.mergelist.at(-1);
    expect(a?.type === 'ebuild' && a.use).toEqual(expect.arrayContaining(['x', 'y']));
    expect(a?.type === 'ebuild' && a.iuse).toEqual(['x', 'y']);
  });

  test('accepts the written md5-cache: Portage makes none of its own', async () => {
    const root = await made(chain);
    await resolveIn(root, ['app-misc/a']);
    const own = join(root.directory, 'var/cache/edb/dep');
    const entries = existsSync(own)
      ? readdirSync(own, { recursive: true }).filter(path => /-\d$/.test(String(path)))
      : [];
    expect(entries).toEqual([]);
  });

  test('says what has no ebuild, and which USE is wanted', async () => {
    const root = await made({
      ebuilds: {
        'app-misc/a-1': { RDEPEND: 'app-misc/missing[flag]' },
        'app-misc/b-1': { RDEPEND: 'app-misc/c[flag]' },
        'app-misc/c-1': { IUSE: 'flag' },
      },
    });
    const missing = await resolveIn(root, ['app-misc/a']);
    expect(missing.success).toBe(false);
    expect(missing.unsatisfied).toMatchObject([{ atom: 'app-misc/missing[flag]', parent: 'app-misc/a-1' }]);
    const use = await resolveIn(root, ['app-misc/b']);
    expect(use.useChanges).toEqual([{ cpv: 'app-misc/c-1', flags: { flag: true } }]);
  });

  test('goes on after a question that breaks or takes too long', async () => {
    const root = await made(chain);
    const nowhere = { environment: { ...root.environment, PORTAGE_OVERRIDE_EPREFIX: '/nonexistent' } };
    const broken = await resolveIn(nowhere, ['app-misc/a']).catch(() => undefined);
    expect(broken?.success ?? false).toBe(false);
    const waits = await made(chain);
    const pipe = join(waits.directory, 'etc/portage/pipe');
    expect((await waits.run('mkfifo', [pipe])).exitCode).toBe(0);
    appendFileSync(join(waits.directory, 'etc/portage/make.conf'), `source ${pipe}\n`);
    await expect(resolveIn(waits, ['app-misc/a'], { timeout: 1 })).rejects.toThrow('wait status');
    expect((await resolveIn(root, ['app-misc/a'])).success).toBe(true);
  });

  test('equals what emerge --pretend prints', async () => {
    const root = await made(chain);
    const { stdout, stderr, exitCode } = await root.emerge(['--pretend', '--color=n', 'app-misc/a']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const listed = [...stdout.matchAll(/^\[ebuild.*?\] (\S+?)(?:::\S+)?(?:\s|$)/gm)].map(found =>
      found[1]!.replace(/:.*/, ''),
    );
    const resolution = await resolveIn(root, ['app-misc/a']);
    expect(listed).toEqual(resolution.mergelist.map(name));
  });
});

describe('the VDB', () => {
  const forms: readonly VdbForm[] = isObservable() ? ['files', 'both', 'metadata'] : ['files'];

  test.each(forms)('written as %s is read by Portage', async vdbForm => {
    const root = await made({
      ...chain,
      vdbForm,
      world: ['app-misc/b'],
      installed: {
        'app-misc/d-1': { SLOT: '0/1' },
        'app-misc/b-1': { RDEPEND: 'app-misc/d:0/1=', USE: 'q', IUSE: 'q' },
      },
    });
    const resolution = await resolveIn(root, ['app-misc/d']);
    // the new subslot rebuilds b, so both fields of both entries were read
    expect(resolution.mergelist.map(name)).toEqual(['app-misc/d-2', 'app-misc/b-1']);
  });

  test.each(forms.filter(form => form !== 'both'))(
    'is filled as if built, USE-reduced and with bound slots (%s)',
    async vdbForm => {
      const root = await made({
        ...chain,
        vdbForm,
        installed: {
          'app-misc/d-1': { built: true },
          'app-misc/b-1': { built: true },
          'app-misc/a-1': { built: true, USE: 'y' },
        },
      });
      const at = (cpv: string, field: string) =>
        vdbForm === 'files'
          ? root.readText(`var/db/pkg/${cpv}/${field}`)?.trimEnd()
          : new RegExp(`^${field}=(.*)$`, 'm').exec(root.readText(`var/db/pkg/${cpv}/metadata`) ?? '')?.[1];
      expect(at('app-misc/b-1', 'RDEPEND')).toBe('app-misc/d:0/1=');
      expect(at('app-misc/a-1', 'RDEPEND')).toBe('app-misc/b app-misc/c');
      expect(at('app-misc/a-1', 'USE')?.split(' ')).toContain('y');
      expect(at('app-misc/a-1', 'USE')?.split(' ')).not.toContain('x');
      expect(root.merged()).toEqual(['app-misc/a-1', 'app-misc/b-1', 'app-misc/d-1']);
    },
  );
});

describe('what is written as built', () => {
  test('equals what a real merge leaves in the VDB', async () => {
    const declaration: RootDeclaration = {
      ebuilds: {
        'app-misc/a-1': {
          IUSE: '+x y q',
          LICENSE: 'MIT x? ( BSD ) y? ( GPL-2 )',
          RDEPEND: 'app-misc/b:= x? ( app-misc/c[q?,-r(-)] ) || ( app-misc/none app-misc/b ) !!app-misc/z',
          DEPEND: 'y? ( app-misc/c )',
          BDEPEND: '!y? ( app-misc/b:0= )',
          IDEPEND: 'app-misc/b',
        },
        'app-misc/b-1': { SLOT: '0/7', EAPI: '7' },
        'app-misc/c-1': { EAPI: '4', IUSE: 'q', RDEPEND: 'q? ( app-misc/b ) app-misc/b' },
      },
    };
    const real = await made(declaration);
    const run = await real.emerge(['--color=n', 'app-misc/a']);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const built = { built: true };
    const written = await made({
      ...declaration,
      installed: { 'app-misc/b-1': built, 'app-misc/c-1': built, 'app-misc/a-1': built },
    });
    const fields =
      `EAPI SLOT KEYWORDS IUSE IUSE_EFFECTIVE USE LICENSE DEPEND BDEPEND RDEPEND PDEPEND IDEPEND PROPERTIES
      RESTRICT repository CATEGORY PF DEFINED_PHASES CHOST`.split(/\s+/);
    const words = (root: Root, cpv: string, field: string) =>
      root.readText(`var/db/pkg/${cpv}/${field}`)?.trim().split(/\s+/).join(' ');
    for (const cpv of ['app-misc/a-1', 'app-misc/b-1', 'app-misc/c-1']) {
      const of = (root: Root) => Object.fromEntries(fields.map(field => [field, words(root, cpv, field)]));
      expect(of(written), cpv).toEqual(of(real));
    }
  });
});

describe('running emerge', () => {
  test('merges, upgrades over a written VDB, and unmerges', async () => {
    const root = await made({
      ...chain,
      installed: { 'app-misc/d-1': { built: true } },
      world: ['app-misc/a'],
    });
    const update = await root.emerge(['--color=n', '-u', '--deep', '@world', '--jobs=2']);
    expect(update.exitCode, update.stdout + update.stderr).toBe(0);
    expect(root.merged()).toEqual(['app-misc/a-1', 'app-misc/b-1', 'app-misc/d-2']);
    const gone = await root.emerge(['--color=n', '-C', 'app-misc/a']);
    expect(gone.exitCode, gone.stdout + gone.stderr).toBe(0);
    expect(root.merged()).toEqual(['app-misc/b-1', 'app-misc/d-2']);
    expect(root.readText('var/lib/portage/world')).toBe('');
  });

  test('phases sleep, and die where declared', async () => {
    const root = await made({
      ebuilds: { 'app-misc/s-1': { sleep: 0.5 }, 'app-misc/f-1': { fail: 'install', RDEPEND: 'app-misc/s' } },
    });
    const started = Date.now();
    const run = await root.emerge(['--color=n', 'app-misc/f']);
    expect(Date.now() - started).toBeGreaterThan(500);
    expect(run.exitCode).toBe(1);
    expect(run.stdout + run.stderr).toContain('install fails as declared');
    expect(root.merged()).toEqual(['app-misc/s-1']);
  });

  test.each(['gpkg', 'xpak'])('merges %s packages that were written, not built', async format => {
    const root = await made({
      ...chain,
      makeConf: { BINPKG_FORMAT: format },
      installed: { 'app-misc/d-2': { built: true } },
      binaries: { 'app-misc/b-1': {}, 'app-misc/a-1': { USE: 'x' } },
    });
    const resolution = await resolveIn(root, ['--usepkg', 'app-misc/a']);
    expect(resolution.mergelist.map(node => [node.type, name(node)])).toEqual([
      ['binary', 'app-misc/b-1'],
      ['binary', 'app-misc/a-1'],
    ]);
    const run = await root.emerge(['--color=n', '--usepkgonly', 'app-misc/a']);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(root.merged()).toEqual(['app-misc/a-1', 'app-misc/b-1', 'app-misc/d-2']);
  });

  test('knows overlays, eclasses, sets and any configuration file', async () => {
    const root = await made({
      ebuilds: { 'app-misc/a-1': { inherit: 'helper' }, 'app-misc/a-2::extra': { KEYWORDS: '~amd64' } },
      eclasses: { helper: 'RDEPEND="app-misc/b"\nIUSE="+shared"\n' },
      overlays: { extra: { ebuilds: { 'app-misc/b-1': {} } } },
      sets: { mine: ['app-misc/a'] },
      portageConfig: { 'package.accept_keywords/all': 'app-misc/a ~amd64\n' },
    });
    const newest = await resolveIn(root, ['@mine']);
    expect(newest.mergelist.map(name)).toEqual(['app-misc/a-2']);
    const older = await resolveIn(root, ['=app-misc/a-1']);
    expect(older.mergelist.map(name), older.output).toEqual(['app-misc/b-1', 'app-misc/a-1']);
    expect(older.edges.map(edge => [name(edge.from), name(edge.to)])).toContainEqual([
      'app-misc/a-1',
      'app-misc/b-1',
    ]);
  });
});
