/** Random sets that name each other: what Portage makes of them is what we say, of plain files and of generated ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSetFile } from '../../portage/files/set-file.ts';
import { type EvaluateContext, evaluateSet, type SetLookup } from '../../portage/set-evaluate.ts';
import { quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { type Random, random } from '../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

type Files = Readonly<Record<string, string>>;
type Answer = Record<string, string[] | null>;

const sets = ['a', 'b', 'c', 'd', 'e-1'];
const packages = ['p/a', 'p/b', 'p/c', 'q/a', 'q/b'];

function anyAtom(next: Random): string {
  const name = next.pick(packages);
  return next.pick([name, name, name, `${name}:1`, `>=${name}-2`, `${name}:2::r`, `${name}[x]`]);
}

/** Sets name only those behind them, so that there is no circle. */
function anyFiles(next: Random, extended: boolean): Files {
  const files = sets.map((name, index) => {
    const others = [...sets.slice(index + 1), ...(next.chance(0.02) ? ['gone'] : [])];
    const entry = (): string => {
      const roll = next();
      if (others.length > 0 && roll < 0.3) return `@${next.pick(others)}`;
      if (!extended || roll < 0.65) return anyAtom(next);
      if (roll < 0.73) return `-${next.pick([anyAtom(next), `${next.pick(packages)}`, 'p/*'])}`;
      if (roll < 0.8) return `?${anyAtom(next)}`;
      if (roll < 0.86 && others.length > 0) return `-@${next.pick(others)}`;
      if (roll < 0.9 && others.length > 1)
        return `@${next.pick(others)}${next.pick(['-', '+', '/'])}@${next.pick(others)}`;
      return `${next.pick(['', '!'])}${next.pick(['x', 'y'])}? ( ${entry()} ${entry()} )`;
    };
    const text = Array.from({ length: 1 + next.below(5) }, () => `${entry()}\n`).join('');
    return [name, text] as const;
  });
  return Object.fromEntries(files);
}

function lookupIn(files: Files): SetLookup {
  const texts = new Map(Object.entries(files).map(([name, text]) => [name, parseSetFile(text)]));
  return name => {
    const text = texts.get(name);
    return text && { kind: 'file', name, path: `/${name}`, text };
  };
}

const context: EvaluateContext = {
  installed: ({ cp }) => cp.startsWith('p/'),
  use: flag => flag === 'x',
};

/** As Portage answers: null where something unknown is named. */
function closures(files: Files): Answer {
  const lookup = lookupIn(files);
  return Object.fromEntries(
    Object.keys(files).map(name => {
      const { entries, problems } = evaluateSet(name, lookup, context);
      const unknown = problems.some(({ code }) => code === 'unknown-set');
      return [name, unknown ? null : entries.map(({ text }) => text).sort()];
    }),
  );
}

/** What the generator writes: nesting stays where nothing is taken out. */
function generated(files: Files): Files {
  const lookup = lookupIn(files);
  const texts = Object.keys(files).map(name => {
    const { entries, nested } = evaluateSet(name, lookup, context, { keep: true });
    return [
      name,
      [...entries.map(({ text }) => text), ...nested.map(one => `@${one}`)].map(line => `${line}\n`).join(''),
    ];
  });
  return Object.fromEntries(texts);
}

async function differences(cases: readonly Files[], shown: (files: Files) => Files): Promise<object[]> {
  const answers = await oracle.askAll<Answer>(
    'setClosures',
    cases.map(files => [shown(files)]),
  );
  return cases.flatMap((files, index) => {
    const ours = closures(files);
    return Object.entries(answers[index]!).flatMap(([name, theirs]) =>
      JSON.stringify(ours[name]) === JSON.stringify(theirs)
        ? []
        : [{ files, name, ours: ours[name], theirs }],
    );
  });
}

describe('all that a set holds', () => {
  it('is what Portage takes, of plain files', async () => {
    const next = random(31);
    const cases = Array.from({ length: quick ? 100 : 800 }, () => anyFiles(next, false));
    expect(cases.flatMap(files => Object.values(files)).every(text => parseSetFile(text).native)).toBe(true);
    expect(await differences(cases, files => files)).toEqual([]);
  });

  it('is what Portage takes out of the generated files', async () => {
    const next = random(32);
    const cases = Array.from({ length: quick ? 100 : 800 }, () => anyFiles(next, true)).filter(
      files => !Object.values(files).some(text => text.includes('gone')),
    );
    expect(
      cases.flatMap(files => Object.values(files)).filter(text => !parseSetFile(text).native).length,
    ).toBeGreaterThan(cases.length);
    expect(await differences(cases, generated)).toEqual([]);
  });
});
