import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multisetName, parseSetsConf, repositoryPath } from '../../../portage/files/sets-conf.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { type Random, random } from '../../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

const variables = { EPREFIX: '/p', EROOT: '/p/', PORTAGE_CONFIGROOT: '/p/', ROOT: '/' };
const locations: Record<string, string> = { kde: '/r/kde', 'a b': '/r/ab' };

type Answer = Record<string, { section: string; class: string; path: string | null; world: boolean }> | null;

/** The sets that single sections make; what stands in directories is the catalogue's. */
function ours(files: readonly string[]): Answer {
  const { value, problems } = parseSetsConf(
    files.map((text, index) => ({ name: String(index), text })),
    variables,
  );
  if (problems.length > 0) return null;
  const sets: NonNullable<Answer> = {};
  for (const section of value.sections) {
    // any other class cannot be imported
    if (section.multiset || !/^(files\.StaticFileSet|base\.DummyPackageSet)$/.test(section.className))
      continue;
    const name = section.options.get('name') ?? section.name;
    const written = section.options.get('filename');
    const isFile = section.className === 'files.StaticFileSet';
    const path = written === undefined ? undefined : repositoryPath(written, one => locations[one]);
    if (isFile && path === undefined) continue;
    sets[name] = {
      section: section.name,
      class: section.className.replace(/^.*\./, ''),
      path: isFile ? (path ?? null) : null,
      world: section.worldCandidate,
    };
  }
  return sets;
}

function sorted(answer: Answer): string {
  return JSON.stringify(answer === null ? null : Object.entries(answer).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function anyOption(next: Random): string {
  return next.pick([
    'class = portage.sets.files.StaticFileSet',
    'class = portage._sets.files.StaticFileSet',
    'class = files.StaticFileSet',
    'class: portage.sets.base.DummyPackageSet',
    'packages = a/b @c',
    'filename = %(PORTAGE_CONFIGROOT)setc/x',
    'FileName = /x/y',
    'filename = $'.concat('{repository:kde}/sets/x'),
    'filename = $'.concat('{repository:nowhere}/x'),
    'filename = $'.concat('{repository:a b}/x'),
    'name = other',
    'name = %(own)s',
    'own = mine',
    'world-candidate = true',
    'world-candidate = No',
    'World-Candidate = on',
    '; a comment',
    'own = mine\n  continued = 1',
    ...(next.chance(0.04) ? ['world-candidate = maybe', 'name = 100%', 'nothing', 'name = %(unknown)s'] : []),
  ]);
}

function anyFile(next: Random): string {
  const sections = Array.from({ length: next.below(4) }, () => {
    const name = next.pick(['a', 'b', 'c d', 'DEFAULT', 'e']);
    const options = Array.from({ length: next.below(5) }, () => anyOption(next));
    // an option twice in one section is a mistake, which most files do not make
    const kept = next.chance(0.05)
      ? options
      : options.filter(
          (one, index) =>
            options.findIndex(
              other =>
                /^[\w-]+/i.exec(other)?.[0]?.toLowerCase() === /^[\w-]+/i.exec(one)?.[0]?.toLowerCase(),
            ) === index,
        );
    const needed = kept.some(one => /^class/.test(one)) && !kept.some(one => /^packages/.test(one));
    return `[${name}]\n${kept.join('\n')}\n${needed ? 'packages = a/b\n' : ''}`;
  });
  return sections.join('\n');
}

describe('sets.conf', () => {
  it('agrees with Portage on random files', async () => {
    const next = random(11);
    const cases = Array.from({ length: quick ? 300 : 3_000 }, () =>
      Array.from({ length: 1 + next.below(3) }, () => anyFile(next)),
    );
    const answers = await oracle.askAll<Answer | { error: string }>(
      'setsConf',
      cases.map(files => [files, variables, locations]),
    );
    const different = cases.flatMap((files, index) => {
      const answer = answers[index]!;
      // Portage looks at a boolean only where all else of the section is in order
      if (ours(files) === null && /^world-candidate = (?!true|No|on)/im.test(files.join('\n'))) return [];
      return sorted(ours(files)) === sorted(answer as Answer) ? [] : [{ files, ours: ours(files), answer }];
    });
    expect(different.slice(0, 3)).toEqual([]);
    expect(
      answers.filter(answer => answer !== null && Object.keys(answer).length > 1).length,
    ).toBeGreaterThan(cases.length / 12);
    expect(answers.filter(answer => answer === null).length).toBeGreaterThan(5);
  });

  it('knows what ends every emerge', async () => {
    const files = [
      '[a]\nfilename = /x\nworld-candidate = maybe\n',
      '[a]\n[a]\n',
      'x = 1\n',
      '[a]\nname = 1%\n',
    ];
    expect(files.map(text => ours([text]))).toEqual([null, null, null, null]);
    const answers = await oracle.askAll(
      'setsConf',
      files.map(text => [[text], variables, locations]),
    );
    expect(answers).toEqual([null, null, null, null]);
  });

  it('tells which file names a section first, and what its files are called', () => {
    const { value } = parseSetsConf(
      [
        { name: 'one', text: '[x]\nmultiset = yes\n' },
        { name: 'two', text: '[y]\n[x]\nname_pattern = my-$'.concat('{name}\n') },
      ],
      variables,
    );
    expect(value.sections.map(({ name, file, multiset }) => [name, file, multiset])).toEqual([
      ['x', 'one', true],
      ['y', 'two', false],
    ]);
    expect(value.sections.map(section => multisetName(section, 'kit'))).toEqual(['my-kit', 'kit']);
  });
});
