/** How long listed packages will take, from what earlier merges took, and from others where they are new. */
import { parseCpv } from './cpv.ts';
import type { GraphNode } from './graph.ts';
import { type Duration, type MergeHistory, middleMean } from './merge-history.ts';

/** Seconds with nothing else being built. */
export interface PackageForecast extends Duration {
  /** False where the log has no merge of this package, and others stand for it. */
  readonly known: boolean;
}

/** A guess wants some packages to go by. */
const fewest = 3;
/** Of a binary package where none was merged before; emlop's default. */
const usualBinary: Duration = { build: 8, merge: 2 };
const uninstall: Duration = { build: 0, merge: 1 };

/** By id; undefined where the history knows too little even for a guess. */
export function forecastPackages(
  history: MergeHistory,
  nodes: readonly GraphNode[],
): ReadonlyMap<string, PackageForecast> | undefined {
  const { source, binary } = history;
  const guessSource = guesser(source);
  const guessBinary = guesser(binary);
  const forecasts = new Map<string, PackageForecast>();
  for (const { id, cpv, type } of nodes) {
    if (type === 'uninstall' || type === 'installed') {
      forecasts.set(id, { ...uninstall, known: true });
      continue;
    }
    const name = parseCpv(cpv)?.cp ?? cpv;
    const known = (type === 'binary' ? binary : source).get(name);
    const found = known ?? (type === 'binary' ? (guessBinary(name) ?? usualBinary) : guessSource(name));
    if (found === undefined) return undefined;
    forecasts.set(id, { ...found, known: known !== undefined });
  }
  const any = [...forecasts.values()].some(({ known }) => known);
  return any || source.size + binary.size >= fewest ? forecasts : undefined;
}

/** What is usual in the category, or among all: packages of a category are of one kind more often than not. */
function guesser(known: ReadonlyMap<string, Duration>): (name: string) => Duration | undefined {
  const byCategory = new Map<string, Duration[]>();
  for (const [name, duration] of known) {
    const category = name.slice(0, name.indexOf('/'));
    const own = byCategory.get(category) ?? [];
    own.push(duration);
    byCategory.set(category, own);
  }
  const usual = new Map<string, Duration | undefined>();
  const guess = (of: string): Duration | undefined => {
    if (!usual.has(of)) {
      const own = of === '' ? [...known.values()] : (byCategory.get(of) ?? []);
      usual.set(of, own.length >= fewest ? usualOf(own) : of === '' ? undefined : guess(''));
    }
    return usual.get(of);
  };
  return name => guess(name.slice(0, name.indexOf('/')));
}

/** A few giants must not stand for everything, but a sum wants something like a mean. */
function usualOf(durations: readonly Duration[]): Duration {
  return {
    build: middleMean(
      durations.map(({ build }) => build),
      0.1,
    ),
    merge: middleMean(
      durations.map(({ merge }) => merge),
      0.1,
    ),
  };
}
