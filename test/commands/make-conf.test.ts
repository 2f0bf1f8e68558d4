/** The word in FEATURES, in many shapes of make.conf, judged by Portage itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disablePieces, enablePieces } from '../../system/enable/enable.ts';
import { featurePiece } from '../../system/enable/make-conf.ts';
import { Fault } from '../../system/fault.ts';
import { type Places, places } from '../../system/places.ts';
import { python, quick } from '../kit/environment.ts';
import { treeOf } from '../kit/tree.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

/** One warm Portage that reads make.conf anew for every line on its input. */
const oracleText = `
import json, os, sys
import portage
from portage.util import getconfig
portage._internal_caller = True
for line in sys.stdin:
    prefix = line.rstrip("\\n")
    try:
        values = {}
        for name in ("etc/make.conf", "etc/portage/make.conf"):
            values.update(getconfig(os.path.join(prefix, name), tolerant=False, allow_sourcing=True, expand=values, recursive=True) or {})
        config = portage.config(config_root=prefix, target_root="/", eprefix=prefix)
        values.pop("FEATURES", None)
        answer = {"values": values, "features": sorted(config.features), "use": config["USE"]}
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    sys.stdout.write(json.dumps(answer) + "\\n")
    sys.stdout.flush()
`;

interface Answer {
  error?: string;
  values: Record<string, string>;
  features: string[];
  use: string;
}

let root: Root;
let where: Places;
let oracle: ChildProcess;
let answers: AsyncIterator<string>;
beforeAll(async () => {
  root = await makeRoot({ observability: false });
  where = places({ eprefix: root.eprefix, configRoot: root.eprefix, root: '/' }, {});
  const { FEATURES: _, ...environment } = root.environment;
  oracle = spawn(python, ['-c', oracleText], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
  answers = createInterface({ input: oracle.stdout! })[Symbol.asyncIterator]();
});
afterAll(() => {
  oracle.kill('SIGKILL');
  root.remove();
});

async function ask(): Promise<Answer> {
  oracle.stdin?.write(`${root.eprefix}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error('the oracle is gone');
  return JSON.parse(value) as Answer;
}

const words = fc.constantFrom('ccache', '-sandbox', 'parallel-fetch', 'nostrip', '-news', 'buildpkg');
const wordList = fc.array(words, { maxLength: 3 }).map(list => list.join(' '));
const features = fc.oneof(
  fc.constant(''),
  wordList.map(list => `FEATURES="${list}"`),
  wordList.map(list => `FEATURES='${list}'`),
  words.map(word => `FEATURES=${word}`),
  wordList.map(list => `FEATURES="\${FEATURES} ${list}"`),
  wordList.map(list => `FEATURES="$FEATURES ${list}"`),
  wordList.map(list => `export FEATURES="${list}"`),
  wordList.map(list => `FEATURES="${list.replaceAll(' ', ' \\\n  ')}"`),
  wordList.map(list => `FEATURES="\n  ${list.replaceAll(' ', '\n  ')}\n"`),
  wordList.map(list => `MY="${list}"\nFEATURES="\${MY}"`),
  wordList.map(list => `FEATURES="-* ${list}"  # all of mine`),
);
const other = fc.constantFrom(
  `# a comment with "quotes" and \${FEATURES}`,
  'USE="x y -z"',
  "CFLAGS='-O2 -pipe'",
  `CXXFLAGS="\${CFLAGS}"`,
  'MAKEOPTS=-j3',
  '',
  '   ',
  '\t# indented',
  'EMERGE_DEFAULT_OPTS="--quiet-build \\\n  --jobs=2"',
  'ACCEPT_LICENSE="*"',
  'LINGUAS="de"  # trailing',
  'A="it\'s"',
  'PS="\\$dollar"',
);
const sourced = fc.constantFrom('', '', '', `source \${PORTAGE_CONFIGROOT}extra.conf`, 'source extra.conf');
const ending = fc.constantFrom('\n', '\n', '', '\n\n', '\n# end', '\n# ends in a backslash \\');
const text = fc
  .tuple(
    fc.array(other, { maxLength: 4 }),
    features,
    fc.array(other, { maxLength: 3 }),
    sourced,
    ending,
    fc.boolean(),
  )
  .map(([before, middle, after, source, end, crlf]) => {
    const joined =
      [...before, middle, ...after, source.replace(`\${PORTAGE_CONFIGROOT}`, '')].join('\n') + end;
    return crlf ? joined.replaceAll('\n', '\r\n') : joined;
  });

const shape = fc.constantFrom(
  'file',
  'file',
  'link',
  'absolute link',
  'chain',
  'directory',
  'link to directory',
  'old place',
  'none',
);

function lay(kind: string, texts: readonly string[]): void {
  const etc = join(root.eprefix, 'etc');
  const conf = join(etc, 'portage/make.conf');
  for (const path of [conf, join(etc, 'make.conf'), join(etc, 'mine'), join(etc, 'portage/other')])
    rmSync(path, { recursive: true, force: true });
  writeFileSync(join(etc, 'portage/extra.conf'), `FEATURES="\${FEATURES} splitdebug"\nEXTRA=yes\n`);
  writeFileSync(join(etc, 'extra.conf'), 'EXTRA=other\n');
  const [first = ''] = texts;
  if (kind === 'none') return;
  if (kind === 'file') writeFileSync(conf, first);
  else if (kind === 'old place') writeFileSync(join(etc, 'make.conf'), first);
  else if (kind === 'directory' || kind === 'link to directory') {
    const directory = kind === 'directory' ? conf : join(etc, 'mine');
    mkdirSync(join(directory, 'sub'), { recursive: true });
    for (const [index, content] of texts.entries()) writeFileSync(join(directory, `${index}0-part`), content);
    writeFileSync(join(directory, 'sub/deep.conf'), `DEEP="\${FEATURES}"\n`);
    writeFileSync(join(directory, '.hidden'), 'HIDDEN=1\n');
    writeFileSync(join(directory, '10-part~'), 'BACKUP=1\n');
    if (kind === 'link to directory') symlinkSync('../mine', conf);
  } else {
    writeFileSync(join(etc, 'mine'), first);
    if (kind === 'link') symlinkSync('../mine', conf);
    else if (kind === 'absolute link') symlinkSync(join(etc, 'mine'), conf);
    else {
      symlinkSync('../mine', join(etc, 'portage/other'));
      symlinkSync('other', conf);
    }
  }
}

test('the word arrives, nothing else changes, and disable gives every byte back', async () => {
  const kinds = new Map<string, number>();
  let unreadable = 0;
  let refused = 0;
  const runs = quick ? 60 : 300;
  await fc.assert(
    fc.asyncProperty(shape, fc.array(text, { minLength: 1, maxLength: 3 }), async (kind, texts) => {
      lay(kind, texts);
      const treeBefore = treeOf(join(root.eprefix, 'etc'));
      const before = await ask();
      if (before.error !== undefined) {
        unreadable += 1;
        return;
      }
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const piece = featurePiece(root.eprefix, 'observability');
      const expected = [...before.features, 'observability'].sort();
      let after: Answer | undefined;
      const verify = async () => {
        after = await ask();
        if (after.features?.join(' ') !== expected.join(' '))
          throw new Fault('refused', 'the line does not help');
      };
      try {
        await enablePieces(where, 'emerge', [piece], verify);
        expect(after?.values).toEqual(before.values);
        expect(after?.use).toBe(before.use);
        if (kind.includes('link') || kind === 'chain')
          expect(lstatSync(join(root.eprefix, 'etc/portage/make.conf')).isSymbolicLink()).toBe(true);
        expect(disablePieces(where, 'emerge', [piece]).map(({ what }) => what)).toEqual(['removed']);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        refused += 1;
      }
      expect(treeOf(join(root.eprefix, 'etc'))).toEqual(treeBefore);
      expect(await ask()).toEqual(before);
    }),
    { numRuns: runs },
  );
  // what Portage itself could not read says nothing about us, and must stay the exception
  expect(unreadable).toBeLessThan(runs / 2);
  expect(refused).toBe(0);
  expect(kinds.size).toBeGreaterThanOrEqual(quick ? 6 : 8);
});

test('shapes in which a line at the end cannot help are refused, and nothing is changed', async () => {
  const cases: [string, () => void][] = [
    [
      'a later file of the directory sets FEATURES without the old value',
      () => {
        lay('directory', ['USE="a"\n']);
        writeFileSync(join(root.eprefix, 'etc/portage/make.conf/zzz'), 'FEATURES="-sandbox"\n');
      },
    ],
    ['the last line goes on in the next one', () => lay('file', ['USE="a"\nFEATURES="x"\\'])],
  ];
  for (const [what, prepare] of cases) {
    prepare();
    const before = treeOf(join(root.eprefix, 'etc'));
    const { features: were } = await ask();
    expect(were, what).toBeDefined();
    const piece = featurePiece(root.eprefix, 'observability');
    const verify = async () => {
      const { features: are } = await ask();
      if (are?.join(' ') !== [...were, 'observability'].sort().join(' '))
        throw new Fault('refused', 'no help');
    };
    await expect(enablePieces(where, 'emerge', [piece], verify), what).rejects.toThrow('no help');
    expect(treeOf(join(root.eprefix, 'etc')), what).toEqual(before);
  }
  expect(readFileSync(join(root.eprefix, 'etc/portage/make.conf'), 'utf8')).toBe('USE="a"\nFEATURES="x"\\');
});
