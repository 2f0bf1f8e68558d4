/** Which sets there are, as Portage itself finds them in the same root; and which of two holds. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { findSet, readCatalogue } from '../../sets/catalogue.ts';
import { checkSets } from '../../sets/check.ts';
import { readSelected } from '../../sets/selected.ts';
import { locate } from '../../system/locate.ts';
import { emerge, python } from '../kit/environment.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

let root: Root;
afterEach(() => root.remove());

const question = `
import json, portage
from portage._sets import load_default_config
trees = portage.create_trees(eprefix=None)
tree = trees[trees._target_eroot]
config = load_default_config(tree["vartree"].settings, tree)
sets = config.getSets()
print(json.dumps({name: [one.creator, getattr(one, "_filename", None) if type(one).__name__ == "StaticFileSet" else None,
    one.world_candidate, one.getMetadata("description")] for name, one in sets.items()}))
`;

type Native = Record<
  string,
  [section: string, path: string | null, worldCandidate: boolean, description: string]
>;

async function asPortage(): Promise<Native> {
  const { stdout, stderr, exitCode } = await root.run(python, ['-c', question]);
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Native;
}

function located() {
  return locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
}

const catalogue = () => readCatalogue(located(), root.environment);

function put(path: string, text: string): string {
  const file = join(root.directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const repository = (name: string, rest: string) => '$'.concat(`{repository:${name}}/${rest}`);

async function at(declaration: RootDeclaration = {}): Promise<void> {
  root = await makeRoot({ observability: false, ebuilds: { 'app/a-1': {} }, ...declaration });
}

describe('catalogue', () => {
  test('names the sets that Portage names, from the same sections and files', async () => {
    await at({
      overlays: { kde: { layout: ['masters = testbed', 'aliases = plasma'] }, more: {} },
      sets: { kit: ['app/a'], 'd/deep': ['app/a'], 'with.dot': [], 'a+b': ['app/a'] },
    });
    for (const path of ['.hidden', 'backup~', '.dir/x', 'dir~/x', 'CVS/x', 'kit.metadata', 'x.metadata/y'])
      put(`etc/portage/sets/${path}`, 'description:\nwhat I  need # not this\nevery day\n');
    mkdirSync(join(root.directory, 'srv/deep'), { recursive: true });
    put('srv/deep/linked', 'app/a\n');
    symlinkSync(join(root.directory, 'srv/deep'), join(root.directory, 'etc/portage/sets/link'));
    symlinkSync(join(root.directory, 'srv/deep/linked'), join(root.directory, 'etc/portage/sets/one'));
    put('var/db/repos/kde/sets/plasma', 'app/a\n');
    put('var/db/repos/kde/sets/apps-6', 'app/a\n');
    put(
      'var/db/repos/kde/sets.conf',
      `[kde]\nmultiset = true\ndirectory = ${repository('plasma', 'sets/')}\n`,
    );
    put(
      'var/db/repos/more/sets.conf',
      `[single]\nfilename = ${repository('more', 'x')}\nworld-candidate = yes\n`,
    );
    put(
      'etc/portage/sets.conf/10-mine',
      '[by command]\nclass = shell.CommandOutputSet\ncommand = true\nname = commanded\n',
    );
    put('etc/portage/sets.conf/20/z', '[kde]\nname_pattern = kde-$name\nworld-candidate = On\n');
    put('etc/portage/sets.conf/.not', '[');
    put('etc/portage/sets.conf/5', '[files]\nclass = portage.sets.files.ConfigFileSet\nmultiset = yes\n');
    const { sets, problems } = catalogue();
    const native = await asPortage();
    expect([...sets.keys()].sort()).toEqual(Object.keys(native).sort());
    const ours = [...sets.values()].map(one => [
      one.name,
      [one.section, one.path ?? null, one.worldCandidate],
    ]);
    const theirs = Object.entries(native).map(([name, [section, path, candidate]]) => [
      name,
      [section, path, candidate],
    ]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    expect([...sets.values()].every(one => one.native)).toBe(true);
    expect(sets.get('kit')?.description).toBe(native['kit']?.[3]);
    expect(problems).toEqual([]);
    expect(sets.get('commanded')).toMatchObject({ kind: 'command', origin: 'section' });
    expect(sets.get('kde-plasma')).toMatchObject({ kind: 'file', origin: 'repository', repository: 'kde' });
    expect(sets.get('world')).toMatchObject({ kind: 'builtin', origin: 'portage' });
    expect(findSet(catalogue(), 'kde-apps:6')?.name).toBe('kde-apps-6');
    expect(findSet(catalogue(), 'kit:6')).toBeUndefined();
  });

  test("takes the user's set before a repository's, the first directory's before the next", async () => {
    await at({ overlays: { kde: {} }, sets: { kit: ['app/a'], world: ['app/a'], 'kit.use': ['x'] } });
    put('var/db/repos/kde/sets.conf', `[kde]\nmultiset = 1\ndirectory = ${repository('kde', 'sets')}\n`);
    put('var/db/repos/kde/sets/kit', 'app/a\n');
    const first = put('srv/first/kit', 'app/a\n');
    const makeConf = root.readText('etc/portage/make.conf') ?? '';
    const paths = `${dirname(first)}:$\{EPREFIX}/etc/portage/sets  /nowhere relative`;
    put('etc/portage/make.conf', `${makeConf}USER_SETS_PATH="${paths}"\n`);
    const found = catalogue();
    expect(found.directories).toEqual([dirname(first), join(root.directory, 'etc/portage/sets'), '/nowhere']);
    expect(findSet(found, 'kit')).toMatchObject({
      path: first,
      origin: 'user',
      native: false,
      shadows: [join(root.directory, 'etc/portage/sets/kit'), 'kde'],
    });
    // what stands beside a set is none
    expect(findSet(found, 'kit.use')).toBeUndefined();
    // a built-in set stays what it is
    expect(findSet(found, 'world')?.kind).toBe('builtin');
    expect(found.problems.map(({ path, set, code }) => [path, set, code])).toEqual([
      ['/nowhere', undefined, 'no-directory'],
      ['relative', undefined, 'relative'],
      [join(root.directory, 'etc/portage/sets/world'), 'world', 'builtin'],
    ]);
    const selected = readSelected(located());
    expect(checkSets(found, ['world'], { selected })).toMatchObject([
      { set: 'world', code: 'builtin', severity: 'broken' },
    ]);
    expect(checkSets(found, ['kit'], { selected })).toMatchObject([{ set: 'kit', code: 'needs-enable' }]);
  });
});

describe('checking', () => {
  test('tells of each set that is touched, with a command that helps', async () => {
    await at({
      sets: {
        bad: ['app/a', 'solo'],
        outer: ['@bad'],
        fine: ['app/a', '@system'],
        gone: ['@nowhere'],
        empty: ['# nothing'],
        optional: ['?app/a'],
        less: ['app/a', '-@system'],
        round: ['@about'],
        about: ['@round'],
        upgrade: ['@world'],
        all: ['app/a', '@part'],
        part: ['@selected'],
      },
      worldSets: ['@outer', '@lost', '@fine', '@all'],
      world: ['app/a'],
    });
    put('etc/portage/sets/._cfg0003_fine', 'app/a\n');
    put('etc/portage/sets/._cfg0001_fine', 'app/a\n');
    const found = catalogue();
    const selected = readSelected(located());
    const told = (...names: string[]) =>
      checkSets(found, names, { selected }).map(
        ({ set, path, line, code, severity, hint }) =>
          `${severity} ${set} ${path?.slice(root.directory.length + 18) ?? '-'}:${line ?? '-'} ${code} | ${hint}`,
      );
    expect(told('bad')).toEqual(['broken bad bad:2 not-atom | tumpline sets edit bad']);
    expect(told('outer')).toEqual(told('bad'));
    expect(told('fine')).toEqual(['note fine fine:0 proposal | dispatch-conf']);
    expect(checkSets(found, ['fine'], { selected })[0]?.what).toContain('._cfg0003_fine');
    expect(told('gone')).toEqual(['broken gone gone:1 unknown-set | tumpline sets edit gone']);
    expect(told('empty')).toEqual(['broken empty empty:0 empty | tumpline sets edit empty']);
    expect(told('optional')).toEqual(['broken optional optional:0 needs-enable | tumpline enable sets']);
    expect(told('less')).toEqual(['broken less less:0 needs-enable | tumpline enable sets']);
    expect(told('round')).toEqual(['broken about about:1 cycle | tumpline sets edit about']);
    expect(told('upgrade').filter(line => line.includes('upgrade'))).toEqual([]);
    expect(told('part')).toContain('broken part part:1 cycle | tumpline sets edit part');
    expect(told('world').sort()).toEqual([
      'broken bad bad:2 not-atom | tumpline sets edit bad',
      'broken lost -:- unknown-set | emerge --deselect @lost',
      'broken part part:1 cycle | tumpline sets edit part',
      'note fine fine:0 proposal | dispatch-conf',
    ]);
    expect(told('fine-@bad').map(line => line.split(' | ')[0])).toContain('broken bad bad:2 not-atom');
    expect(told('optinal')).toEqual(['broken optinal -:- unknown-set | tumpline sets show optional']);
  });

  test('a set of a directory that is away is not given up', async () => {
    await at({ worldSets: ['@remote', "@it's"] });
    const away = `${root.directory}/mnt/sets`;
    put('etc/portage/make.conf', `USER_SETS_PATH="${root.directory}/etc/portage/sets ${away}"\n`);
    put("etc/portage/sets/it's", 'app/a\n');
    const [odd, lost] = checkSets(catalogue(), ['world'], { selected: readSelected(located()) }).reverse();
    expect(lost).toMatchObject({ set: 'remote', code: 'unknown-set', hint: `ls -ld ${away}` });
    expect(lost?.what).toContain(`${away} of USER_SETS_PATH is no directory`);
    expect(odd?.hint).toBe(`mv '${root.directory}/etc/portage/sets/it'\\''s' ELSEWHERE`);
  });

  test("a repository's set is not for us to mend", async () => {
    await at({ overlays: { kde: {} }, sets: { kit: ['app/a'] } });
    put('var/db/repos/kde/sets.conf', `[kde]\nmultiset = 1\ndirectory = ${repository('kde', 'sets')}\n`);
    const bad = put('var/db/repos/kde/sets/bad', 'solo\n');
    put('var/db/repos/kde/sets/ours', '?app/a\n');
    const found = catalogue();
    const selected = readSelected(located());
    const mine = join(root.directory, 'etc/portage/sets/bad');
    expect(checkSets(found, ['bad'], { selected })).toMatchObject([
      { hint: `cp ${bad} ${mine}, and mend that one` },
    ]);
    expect(checkSets(found, ['ours'], { selected })).toMatchObject([{ code: 'syntax', severity: 'broken' }]);
  });
});
