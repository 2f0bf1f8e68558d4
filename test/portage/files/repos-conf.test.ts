import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReposConf, type ReposConf } from '../../../portage/files/repos-conf.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { random } from '../../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

const variables = {
  EPREFIX: '/prefix',
  EROOT: '/prefix/',
  PORTAGE_CONFIGROOT: '/',
  ROOT: '/',
  'sync-rsync-extra-opts': '--bwlimit=5',
};

interface Answer {
  readonly defaults: Record<string, string>;
  readonly sections: readonly { name: string; options: Record<string, string> }[];
}

/** Null: refused, as Python would. */
function asPython(value: ReposConf): unknown {
  if (!value.accepted) return null;
  const sections = value.sections.map(({ name, options }) => ({
    name,
    options: Object.fromEntries(options),
  }));
  return { main: value.mainRepo ?? null, sections };
}

async function differences(cases: readonly (readonly string[])[]): Promise<object[]> {
  const answers = await oracle.askAll<Answer | null>(
    'reposConfSections',
    cases.map(files => [files, variables]),
  );
  return cases.flatMap((texts, index) => {
    const files = texts.map((text, at) => ({ name: `${at}.conf`, text }));
    const { value, problems } = parseReposConf(files, variables);
    const ours = asPython(value);
    const answer = answers[index]!;
    const theirs = answer && { main: answer.defaults['main-repo'] ?? null, sections: answer.sections };
    return same(ours) === same(theirs) ? [] : [{ texts, ours, theirs, problems }];
  });
}

function same(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const usual = `[DEFAULT]
main-repo = gentoo
sync-allow-hardlinks = yes

[gentoo]
location = %(EPREFIX)s/var/db/repos/gentoo
sync-type = rsync
sync-uri: rsync://rsync.gentoo.org/gentoo-portage  # no comment
auto-sync = No
`;

function nested(depth: number): string {
  const lines = Array.from({ length: depth }, (_, index) => `x${index} = %(x${index + 1})s`);
  return `[a]\n${lines.join('\n')}\nx${depth} = end\n`;
}

describe('repos.conf', () => {
  it.each<[string, string[]]>([
    ['the usual one', [usual]],
    [
      'a second file that overrides',
      [usual, '[gentoo]\npriority = 5\nauto-sync = yes\n[DEFAULT]\nmain-repo=x\n'],
    ],
    ['lines that go on', ['[a]\nlocation = /x\naliases = b\n  c\n\n   d\n# not this\n  e\npriority = 1\n']],
    ['an empty line at the end of a value', ['[a]\naliases = b\n\n\n[c]\nlocation=/d\n']],
    ['an indented section', ['[a]\nlocation = /x\n  [b]\n priority = 1\n']],
    ['comments', ['# a\n; b\n[a]\n;x=1\nlocation = /x ; y # z\n']],
    ['percent signs', ['[a]\nlocation = %%x%(ROOT)sy\n']],
    [
      'references in references',
      ['[DEFAULT]\nbase = %(EPREFIX)s/r\n[a]\nlocation = %(base)s/a\nx = %(location)s\n'],
    ],
    ['references nine deep', [nested(9)]],
    ['references ten deep', [nested(10)]],
    ['references eleven deep', [nested(11)]],
    ['a reference to itself', ['[a]\nlocation = %(location)s\n']],
    ['an unknown reference', ['[a]\nlocation = %(nothing)s\n']],
    ['a lone percent sign', ['[a]\nlocation = 5%\n']],
    ['a percent sign in DEFAULT', ['[DEFAULT]\nmain-repo = 5%\n']],
    ['a percent sign in DEFAULT and a section', ['[DEFAULT]\nx = 5%\n[a]\nlocation=/\n']],
    ['a section twice', ['[a]\nlocation = /x\n[a]\npriority = 1\n']],
    ['an option twice', ['[a]\nlocation = /x\nLocation = /y\n']],
    ['no section', ['location = /x\n']],
    ['half a line', ['[gentoo]\nlocation = /x\nsync-ty']],
    ['half a header', ['[gentoo]\nlocation = /x\n[oth']],
    ['a value without a name', ['[a]\n= x\n']],
    ['brackets in brackets', ['[a] [b]\nlocation = /x\n[[c]]\nlocation=/y\n[]\n']],
    ['CRLF', [usual.replaceAll('\n', '\r\n')]],
    ['a byte order mark', [`\u{feff}${usual}`]],
    ['NUL', ['[a]\nlocation = /x\0y\n']],
    ['other tongues', ['[ö]\nlocation = /ü\u{a0}\nÄ = 1\n']],
    ['nothing', ['']],
    ['no file', []],
  ])('reads %s as ConfigParser does', async (_, texts) => {
    expect(await differences([texts])).toEqual([]);
  });

  it('reads random ones as ConfigParser does', async () => {
    const next = random(91);
    const names = ['gentoo', 'guru', 'local', 'DEFAULT', 'a b', 'x]y'];
    const options = [
      'location',
      'Priority',
      'masters',
      'sync-type',
      'sync-uri',
      'main-repo',
      'aliases',
      'auto-sync',
      'x',
    ];
    const values = [
      '/var/db/repos/x',
      '5',
      '-1000',
      '%(EPREFIX)s/a',
      '%(x)s',
      '%%',
      '%',
      'a = b',
      'git',
      'no # x',
      '',
    ];
    const line = (used: Set<string>) => {
      const choice = next();
      if (choice < 0.2) return `${next.chance(0.1) ? ' ' : ''}[${next.pick(names)}]`;
      if (choice < 0.3)
        return next.pick(['', '  ', '# c', '  ; c', '   more', '\t%(ROOT)s', 'rubbish', '[open']);
      const option = next.pick(options);
      // most files should be sound
      if (used.has(option) && next.chance(0.8)) return '';
      used.add(option);
      return `${next.chance(0.1) ? ' ' : ''}${option}${next.pick(['=', ' = ', ': '])}${next.pick(values.slice(0, next.chance(0.2) ? 99 : 4))}`;
    };
    const file = () => {
      const sections = next.some(names, 0.4);
      if (next.chance(0.4)) return Array.from({ length: next.below(14) }, () => line(new Set())).join('\n');
      return sections
        .map(name => {
          const used = new Set<string>();
          return [`[${name}]`, ...Array.from({ length: next.below(6) }, () => line(used))].join('\n');
        })
        .join('\n');
    };
    const cases = Array.from({ length: quick ? 500 : 4_000 }, () =>
      Array.from({ length: next.below(4) }, file),
    );
    expect((await differences(cases)).slice(0, 3)).toEqual([]);
  });

  it('gives the values of a section their types', () => {
    const text = `[a]\nlocation = /x\npriority = 1_0\nmasters = b c\naliases = d\nsync-type = git \nvolatile = yes
sync-hooks-only-on-change = TRUE\nauto-sync = Yes\n[b]\nlocation =\npriority = huge\n`;
    const { value } = parseReposConf([{ name: 'x', text }], variables);
    expect(value.sections[0]).toMatchObject({
      ...{ name: 'a', location: '/x', priority: 10, masters: ['b', 'c'], aliases: ['d'], syncType: 'git' },
      ...{ volatile: true, syncHooksOnlyOnChange: true, autoSync: 'yes' },
    });
    expect(value.sections[1]).not.toHaveProperty('location');
    expect(value.sections[1]).not.toHaveProperty('priority');
  });

  it('keeps what is sound of a faulty file', () => {
    const { value, problems } = parseReposConf(
      [{ name: 'f', text: '[a]\nlocation = /x\nrubbish\n[b]\nlocation = 5%\nsync-type = git\n' }],
      variables,
    );
    expect(problems).toHaveLength(2);
    expect(value.accepted).toBe(false);
    expect(value.sections.map(({ name, location, syncType }) => [name, location, syncType])).toEqual([
      ['a', '/x', undefined],
      ['b', undefined, 'git'],
    ]);
  });
});
