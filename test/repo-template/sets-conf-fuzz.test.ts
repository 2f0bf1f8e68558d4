/** Whatever passes the lint, the real Portage reads it as the static section, and no other file's section changes. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { lintSetsConf } from '../../repo-template/sets-conf-lint.ts';
import { setsConfText } from '../../repo-template/skeleton.ts';
import { python, quick } from '../kit/environment.ts';
import { random } from '../kit/random.ts';

const reader = `
import io, json, sys
import portage.const as c
from portage.util.configparser import SafeConfigParser, read_configs
top = c.EPREFIX + c.GLOBAL_CONFIG_PATH + "/sets/portage.conf"
roots = {"EPREFIX": "/e", "EROOT": "/r/", "PORTAGE_CONFIGROOT": "/c/", "ROOT": "/"}
def sections(parser):
    return {name: dict(parser.items(name)) for name in parser.sections()}
def read(*paths):
    parser = SafeConfigParser(defaults=dict(roots))
    read_configs(parser, paths)
    return sections(parser)
before = read(top)
answers = []
for text in json.load(sys.stdin):
    try:
        after = read(top, io.StringIO(text, newline=None))
        same = all(after.get(name) == options for name, options in before.items())
        own = {n: {k: v for k, v in o.items() if k.upper() not in roots} for n, o in after.items() if n not in before}
        answers.append([same, own])
    except Exception as error:
        answers.append([False, repr(error)])
print(json.dumps(answers))
`;

const pieces = [
  ...[
    '[own]',
    '[own sets]',
    '[DEFAULT]',
    '[usersets]',
    '[world]',
    '[x',
    ']',
    '[',
    '%',
    '%(ROOT)s',
    '%%',
    '$',
    '#',
    ';',
  ],
  ...[
    'class = portage.sets.shell.CommandOutputSet',
    'command = id',
    'greedy = true',
    'name_pattern = x',
    'eroot = /x',
  ],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '=',
    ':',
    '\u000b',
    '\u000c',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\uFEFF',
    '\u001c',
    '"',
    "'",
  ],
  ...[
    'true',
    'false',
    'sets',
    '/',
    '..',
    '$'.concat('{repository:gentoo}'),
    'multiset',
    'Class',
    'world-candidate',
    'directory',
  ],
];

test('texts made out of the right one by chance', () => {
  const { pick, below } = random(20_261_121);
  const integer = (from: number, to: number) => from + below(to - from + 1);
  const good = setsConfText('own');
  const passed = new Set([good]);
  for (let round = 0; round < (quick ? 5_000 : 60_000); round += 1) {
    let text = pick([good, good, good.replaceAll('\n', '\r\n'), [...passed].at(-1) ?? good]);
    for (let count = integer(1, 3); count > 0; count -= 1) {
      const at = integer(0, text.length);
      const kind = integer(0, 3);
      const lines = text.split('\n');
      if (kind === 0) text = text.slice(0, at) + pick(pieces) + text.slice(at);
      else if (kind === 1) text = text.slice(0, at) + text.slice(at + integer(1, 8));
      else if (kind === 2) text = [...lines.slice(0, 3), pick(pieces), ...lines.slice(3)].join('\n');
      else text = lines.flatMap(line => (integer(0, 5) === 0 ? [line, line] : [line])).join('\n');
    }
    if (lintSetsConf(text, 'own').length === 0) passed.add(text);
  }
  const texts = [...passed];
  expect(texts.length).toBeGreaterThan(quick ? 20 : 200);
  const input = JSON.stringify(texts);
  const { stdout, stderr } = spawnSync(python, ['-c', reader], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  expect(stderr).toBe('');
  const answers = JSON.parse(stdout) as [boolean, Record<string, Record<string, string>> | string][];
  for (const [index, [same, own]] of answers.entries()) {
    const shown = JSON.stringify(texts[index]);
    expect(same, `${shown}: ${JSON.stringify(own)}`).toBe(true);
    const [[section, options] = ['', {}], ...more] = Object.entries(own);
    expect(more, shown).toEqual([]);
    expect(['own', 'own sets'], shown).toContain(section);
    expect(Object.keys(options).sort(), shown).toEqual(['class', 'directory', 'multiset', 'world-candidate']);
    expect(options, shown).toMatchObject({
      class: expect.stringMatching(/^portage\._?sets\.files\.StaticFileSet$/),
      directory: expect.stringMatching(/^\$\{repository:own\}\/sets\/?$/),
    });
    for (const name of ['multiset', 'world-candidate'])
      expect(['true', 'yes', 'on', '1'], shown).toContain(
        (options as Record<string, string>)[name]?.toLowerCase(),
      );
  }
});
