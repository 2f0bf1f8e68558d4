import { describe, expect, it } from 'vitest';
import { type Atom, atomText, parseAtom } from '../../portage/atom.ts';
import { parseSetFile } from '../../portage/files/set-file.ts';
import { type EvaluateContext, evaluateSet, type SetLookup } from '../../portage/set-evaluate.ts';
import { parseSetExpression } from '../../portage/set-expression.ts';
import { covers } from '../../portage/set-members.ts';

function lookupIn(files: Readonly<Record<string, string>>): SetLookup {
  return name => {
    if (name === 'system') return { kind: 'opaque', name };
    if (name === 'answered') return { kind: 'atoms', name, atoms: ['x/y', 'a/b'], nested: ['one'] };
    const known = files[name] === undefined ? name.replace(/:(?=[^:]*$)/, '-') : name;
    const text = files[known];
    return text === undefined
      ? undefined
      : {
          kind: 'file',
          name: known,
          path: `/sets/${known}`,
          text: parseSetFile(text.replaceAll(' | ', '\n')),
        };
  };
}

const context: EvaluateContext = {
  installed: ({ cp }) => ['a/b', 'c/d'].includes(cp),
  use: flag => flag === 'x',
};

function evaluated(
  name: string,
  files: Readonly<Record<string, string>>,
  options: { keep?: boolean; context?: EvaluateContext } = {},
) {
  const { entries, nested, problems, blank } = evaluateSet(
    name,
    lookupIn(files),
    options.context ?? context,
    options,
  );
  return {
    entries: entries.map(({ text }) => text).join(' '),
    nested: nested.join(' '),
    problems: problems.map(({ set, line, code }) => `${set}:${line}:${code}`),
    blank,
  };
}

const sound = { nested: '', problems: [], blank: false };

describe('set expressions', () => {
  it.each<[string, string | undefined]>([
    ['@a-@b', 'a -b'],
    ['@a-b-@c+@d/@e', 'a-b -c +d /e'],
    ['@kde-6.7', undefined],
    ['@a/b', undefined],
    ['a-@b', undefined],
    ['@a-@', undefined],
    ['@-@b', undefined],
    ['@a/b/@c:1', 'a/b /c:1'],
  ])('%s', (text, wanted) => {
    const found = parseSetExpression(text);
    const said =
      found && [found.first, ...found.rest.map(({ operator, name }) => `${operator}${name}`)].join(' ');
    expect(said).toBe(wanted);
  });
});

describe('what taking out takes out', () => {
  it.each<[string, string, boolean]>([
    ['a/b', 'a/b', true],
    ['a/b', '>=a/b-2:1[x]', true],
    ['a/b:1', 'a/b:1', true],
    ['a/b:1', 'a/b', false],
    ['a/b:1', '>=a/b-2:1', true],
    ['a/b:1/2', 'a/b:1/3', false],
    ['>=a/b-2', 'a/b', false],
    ['>=a/b-2', '>=a/b-2', true],
    ['a/b::r', 'a/b', false],
    ['a/b[x]', 'a/b', false],
    ['a/*', 'a/b:2', true],
    ['*/b', 'a/b', true],
    ['a/*', 'b/a', false],
    ['a/bc', 'a/b', false],
  ])('%s out of %s: %s', (exclusion, entry, wanted) => {
    const atom = (text: string) => parseAtom(text, { allowRepo: true, allowWildcard: true })!;
    expect(covers(atom(exclusion), atom(entry))).toBe(wanted);
  });
});

describe('evaluating', () => {
  it('nests, and names each entry once', () => {
    const files = { kit: 'p/q | @one | @two', one: 'a/b | p/q', two: '@one | c/d', 'kde-6': '@one' };
    expect(evaluated('kit', files)).toEqual({ ...sound, entries: 'p/q a/b c/d' });
    expect(evaluated('kde:6', files)).toEqual({ ...sound, entries: 'a/b p/q' });
    expect(evaluated('kit', files, { keep: true })).toEqual({ ...sound, entries: 'p/q', nested: 'one two' });
  });

  it('says where an entry comes from', () => {
    const { entries, closure } = evaluateSet('kit', lookupIn({ kit: '# | @one', one: ' | a/b' }), context);
    expect(entries[0]?.from).toEqual({ set: 'one', path: '/sets/one', line: 2 });
    expect([...closure]).toEqual(['kit', 'one']);
  });

  it('takes optional members that are installed, and conditions that are met', () => {
    const files = { kit: '?a/b | ?p/q | x? ( r/s !y? ( t/u ) ) | !x? ( v/w ) | z? ( @gone )' };
    expect(evaluated('kit', files)).toMatchObject({
      entries: 'a/b r/s t/u',
      problems: ['kit:5:unknown-set'],
    });
    expect(evaluated('kit', files, { context: { ...context, everything: true } }).entries).toBe(
      'a/b p/q r/s t/u v/w',
    );
  });

  it('takes out, wherever the line stands, what nests included', () => {
    const files = {
      one: '-c/d | a/b | c/d | >=e/f-1 | @two',
      two: 'g/h | i/j',
      three: '@one | -@two | -e/f',
      four: '@three | g/h',
      five: 'a/b | x? ( -a/b ) | c/d | y? ( -c/d )',
    };
    expect(evaluated('one', files)).toEqual({ ...sound, entries: 'a/b >=e/f-1 g/h i/j' });
    expect(evaluated('three', files)).toEqual({ ...sound, entries: 'a/b' });
    expect(evaluated('four', files, { keep: true })).toEqual({ ...sound, entries: 'g/h', nested: 'three' });
    expect(evaluated('three', files, { keep: true })).toEqual({ ...sound, entries: 'a/b' });
    expect(evaluated('five', files).entries).toBe('c/d');
  });

  it('knows operators, in a call and in a file', () => {
    const files = { a: 'a/b | c/d:1 | e/f', b: 'a/b | c/d', c: '>=e/f-2 | g/h', d: '@a-@b' };
    expect(evaluated('a-@b', files).entries).toBe('e/f');
    expect(evaluated('a/@b', files).entries).toBe('a/b c/d:1');
    expect(evaluated('b/@a', files).entries).toBe('a/b c/d:1');
    expect(evaluated('a+@c-@b', files).entries).toBe('e/f >=e/f-2 g/h');
    expect(evaluated('d', files)).toEqual({ ...sound, entries: 'e/f' });
    expect(evaluated('a-@nope', files)).toMatchObject({ problems: ['a-@nope:0:unknown-set'] });
  });

  it('tells of what cannot be', () => {
    const files = {
      kit: 'a/b | @gone | solo',
      loop: 'a/b | @back',
      back: '@loop',
      self: '@self',
      sys: '@system | -a/b',
      less: 'a/b | -@system',
      idle: 'a/b | -p/q | y? ( r/s ) | -r/s',
    };
    expect(evaluated('kit', files).problems.sort()).toEqual(['kit:2:unknown-set', 'kit:3:not-atom']);
    expect(evaluated('loop', files)).toMatchObject({ entries: 'a/b', problems: ['back:1:cycle'] });
    expect(evaluated('self', files).problems).toEqual(['self:1:cycle']);
    expect(evaluated('sys', files)).toMatchObject({ nested: 'system', problems: ['sys:2:opaque'] });
    expect(evaluated('less', files).problems).toEqual(['less:2:opaque']);
    expect(evaluateSet('less', lookupIn(files), context).problems[0]?.about).toBe('system');
    expect(evaluated('idle', files).problems).toEqual(['idle:2:excludes-nothing']);
    expect(evaluated('nope', files)).toMatchObject({ problems: ['nope:0:unknown-set'], blank: true });
  });

  it('takes what Portage said of its own sets', () => {
    const files = { one: 'c/d', kit: '@answered | -a/b' };
    expect(evaluated('kit', files)).toEqual({ ...sound, entries: 'x/y c/d' });
    expect(evaluated('system', files)).toEqual({ ...sound, entries: '', nested: 'system' });
  });

  it('follows package moves', () => {
    const moved = (atom: Atom) => (atom.cp === 'old/n' ? { ...atom, cp: 'a/b' } : undefined);
    const found = evaluateSet('kit', lookupIn({ kit: '>=old/n-1[x] | ?old/n' }), { ...context, moved });
    expect(found.entries.map(({ text, atom }) => [text, atomText(atom)])).toEqual([
      ['>=a/b-1[x]', '>=a/b-1[x]'],
      ['a/b', 'a/b'],
    ]);
    expect(found.problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'moved note',
      'moved note',
    ]);
  });

  it('is blank only where no line could ever hold anything', () => {
    expect(evaluated('kit', { kit: '' }).blank).toBe(true);
    expect(evaluated('kit', { kit: '# x | -a/b' }).blank).toBe(true);
    expect(evaluated('kit', { kit: '?p/q' })).toEqual({ ...sound, entries: '' });
    expect(evaluated('kit', { kit: 'y? ( a/b )' })).toEqual({ ...sound, entries: '' });
  });
});
