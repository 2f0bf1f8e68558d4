/** What becomes of the words of a call, on vectors made by chance. */
import { describe, expect, test } from 'vitest';
import { parseAtom } from '../../portage/atom.ts';
import { parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import { optionNames, valueOptions } from '../../portage/emerge-options.ts';
import { type KnownSets, rewriteCall } from '../../sets/rewrite.ts';
import { shellText } from '../../sets/shell-text.ts';
import { quick } from '../kit/environment.ts';
import { type Random, random } from '../kit/random.ts';

/** Sets a, b, kit, y and 3; kit is a package, too. */
const held: Readonly<Record<string, readonly string[]>> = {
  a: ['app-t/f', '=app-t/g-1'],
  b: ['=app-t/g-1', 'app-t/h:2'],
  kit: ['app-t/f'],
  y: ['app-t/y'],
  3: ['app-t/three'],
  'a-@b': ['app-t/f'],
};
const known: KnownSets = {
  find: name => (name in held && !name.includes('@') ? name : undefined),
  isPackage: name => name === 'kit' || name === 'app-t/f',
  members: name => (held[name] ?? []).map(text => ({ text, atom: parseAtom(text)! })),
};
const rewritten = (args: readonly string[], defaults?: string) =>
  rewriteCall(args, defaults, known).words.map(({ text }) => text);

function option(chance: Random): string[] {
  const name = chance.pick([...optionNames.keys()]);
  const takes = valueOptions.get(optionNames.get(name)!);
  if (takes === undefined) return [name];
  const value = chance.pick(takes.choices ?? ['y', 'n', '3', 'True', 'a', 'kit', '/x']);
  return name.startsWith('--') && chance.chance(0.5)
    ? [`${name}=${value}`]
    : chance.chance(0.8)
      ? [name, value]
      : [name];
}

function vector(chance: Random, targets: readonly string[]): string[] {
  const words = Array.from({ length: chance.below(5) }, () => option(chance)).flat();
  for (let count = chance.below(4); count > 0; count -= 1)
    words.splice(chance.below(words.length + 1), 0, chance.pick(targets));
  return words;
}

const turns = quick ? 2000 : 20_000;

describe('the words of a call', () => {
  test('without sets are what they were, each in its place', () => {
    const targets = ['app-t/f', 'foo', './x.ebuild', '', 'a b', '--', '-', "it's"];
    for (let turn = 0; turn < turns; turn += 1) {
      const args = vector(random(turn), targets);
      const none: KnownSets = { find: () => undefined, isPackage: () => true, members: () => [] };
      if (args.some(word => word === '--config')) continue;
      expect(rewriteCall(args, undefined, none).words).toEqual(args.map((text, at) => ({ text, at })));
    }
  });

  test('with sets: options and values stay, a set is an @word, and emerge reads the same call', () => {
    let seen = 0;
    for (let turn = 0; turn < turns; turn += 1) {
      const args = vector(random(turn), ['a', 'kit', '@a', 'app-t/f', '--package-set=b', 'y', '3', '@nope']);
      if (args.includes('--config') || args.includes('--')) continue;
      let words: readonly string[];
      try {
        words = rewritten(args);
      } catch (error) {
        expect(String(error)).toMatch(/--package-set: @b stands where|--exclude: there is no set @nope/);
        continue;
      }
      const plain = args.filter(word => !word.startsWith('--package-set'));
      const before = parseEmergeArguments(plain);
      const after = parseEmergeArguments(words);
      expect(words).toHaveLength(args.length);
      for (const [at, word] of words.entries())
        if (word !== args[at])
          expect(args[at] === '--package-set=b' ? ['@b'] : [`@${args[at]}`, 'app-t/f app-t/g']).toContain(
            word,
          );
      // a `--package-set` ends the words that an option before it might take
      const others = ({ options }: typeof before) => [...options].filter(([name]) => name !== '--exclude');
      if (plain.length === args.length) expect(others(after)).toEqual(others(before));
      if (after.targets.some(one => one.startsWith('@'))) seen += 1;
    }
    expect(seen).toBeGreaterThan(turns / 10);
  });

  test.each([
    ['--jobs kit', '--jobs kit'],
    ['--jobs a', '--jobs @a'],
    ['--jobs 3', '--jobs 3'],
    ['-j 3', '-j 3'],
    ['-j3 3', '-j3 @3'],
    ['--ask y', '--ask y'],
    ['--ask y y', '--ask y @y'],
    ['-av a', '-av @a'],
    ['--exclude a', '--exclude a'],
    ['--exclude=a a', '--exclude=a @a'],
    ['-X a', '-X a'],
    ['--root a a', '--root a @a'],
    ['-s a', '-s a'],
    ['--sync a', '--sync a'],
    ['--list-sets a', '--list-sets a'],
    ['-C a', '-C @a'],
    ['-c a', '-c @a'],
    ['--deselect a', '--deselect @a'],
    ['--info a', '--info @a'],
    ['-p -- a', '-p -- @a'],
    ['-p @a+@b', '-p @a @b'],
    ['-C @a-@b', '-C app-t/f'],
    ['@a-@b', '--oneshot app-t/f'],
    ['-1 @a-@b kit', '-1 app-t/f kit'],
    ['-p @world --exclude @b', '-p @world --exclude app-t/g app-t/h:2'],
    ['-p @world --exclude=@a', '-p @world --exclude=app-t/f app-t/g'],
    ['-p @world -X @a', '-p @world -X app-t/f app-t/g'],
    ['-p @x{class=y}', '-p @x{class=y}'],
  ])('%s', (given, wanted) => {
    expect(rewritten(given.split(' ')).join(' ')).toBe(wanted);
  });

  test('EMERGE_DEFAULT_OPTS with a set is put before the words', () => {
    const words = rewritten(['-p', '@world'], '--jobs=2 --exclude "@a app-t/z"');
    expect(words).toEqual([
      ...['--ignore-default-opts', '--jobs=2', '--exclude', 'app-t/f app-t/g app-t/z'],
      ...['-p', '@world'],
    ]);
    expect(rewritten(['-p', '@world'], '--jobs=2')).toEqual(['-p', '@world']);
    expect(rewritten(['--ignore-default-opts', '-p', '@a'], '--exclude @a')).toEqual([
      ...['--ignore-default-opts', '-p', '@a'],
    ]);
  });

  test('text of a set file is never part of an option', () => {
    for (const text of ['--root=/x', '-C', 'app-t/f --root', 'a/b\n--x', "a/b'", '@x{class=y}', '']) {
      const evil: KnownSets = {
        ...known,
        members: () => [{ text, atom: { ...parseAtom('app-t/f')!, cp: text } }],
      };
      expect(() => rewriteCall(['-p', '@a-@b'], undefined, evil)).toThrow(/cannot be handed to emerge/);
      expect(() => rewriteCall(['-p', '@world', '--exclude=@a'], undefined, evil)).toThrow(
        /cannot be handed/,
      );
    }
  });

  test('as shell text: what stays is named by its place, what is new is quoted', () => {
    const words = [{ text: 'a', at: 0 }, { text: "it's $x `y`" }, { text: 'b', at: 10 }];
    expect(shellText(words, ['--deselect', '@a b'])).toBe(
      `set -- "\${1}" 'it'\\''s $x \`y\`' "\${11}"\ntumpline_then=''\\''--deselect'\\'' '\\''@a b'\\'''\n`,
    );
  });
});
