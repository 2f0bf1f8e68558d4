/** Sets proposed for the packages of world: those that share what they need, then those of one category. */

export interface WorldPackage {
  /** As it stands in world. */
  readonly atom: string;
  readonly cp: string;
  /** category/package of all that it needs, through others too. */
  readonly needs: ReadonlySet<string>;
}

export interface ProposedSet {
  readonly name: string;
  readonly atoms: readonly string[];
  /** What its members have in common, one line. */
  readonly why: string;
}

interface Cluster {
  readonly members: readonly WorldPackage[];
  readonly why: string;
  readonly name: string;
}

const least = 3;
/** Of the weight of what two packages need, the part that they share, in the mean over all pairs. */
const alike = 0.5;

/** `taken` are names that no proposal may have. Every package stands in exactly one set. */
export function proposeSets(world: readonly WorldPackage[], taken: ReadonlySet<string>): ProposedSet[] {
  const left = new Set([...world].sort((a, b) => (a.cp < b.cp ? -1 : 1)));
  const clusters: Cluster[] = [];
  const take = (members: readonly WorldPackage[], name: string, why: string) => {
    clusters.push({ members, name, why });
    for (const member of members) left.delete(member);
  };
  for (const { members, shared } of needClusters([...left])) {
    const categories = new Set(members.map(({ cp }) => categoryOf(cp)));
    // where all are of one category it says more than what they need
    if (categories.size > 1 && shared[0] !== undefined)
      take(members, nameOf(shared[0]), `they share ${shared.slice(0, 3).join(', ')}`);
  }
  for (const [category, members] of groupedBy(left, ({ cp }) => categoryOf(cp)))
    if (members.length >= least) take(members, category, `of the category ${category}`);
  for (const [head, members] of groupedBy(left, ({ cp }) => categoryOf(cp).split('-')[0] ?? ''))
    if (members.length >= least) take(members, head, `of the categories ${head}-*`);
  if (left.size > 0) take([...left], 'misc', 'all others');
  const names = new Set(taken);
  return clusters.map(({ members, name, why }) => ({
    name: unused(name, names),
    atoms: members.map(({ atom }) => atom),
    why,
  }));
}

function categoryOf(cp: string): string {
  return cp.slice(0, cp.indexOf('/'));
}

function nameOf(cp: string): string {
  return cp.slice(cp.indexOf('/') + 1).toLowerCase();
}

function unused(name: string, names: Set<string>): string {
  let chosen = name;
  for (let number = 2; names.has(chosen); number += 1) chosen = `${name}-${number}`;
  names.add(chosen);
  return chosen;
}

function groupedBy<T>(all: Iterable<T>, key: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

interface NeedCluster {
  members: WorldPackage[];
  /** What all of them need and few others do, the rarest first. */
  shared: string[];
}

/** Joins the two clusters that are most alike, as long as any are alike enough. */
function needClusters(world: readonly WorldPackage[]): NeedCluster[] {
  const counts = new Map<string, number>();
  for (const { needs } of world) for (const cp of needs) counts.set(cp, (counts.get(cp) ?? 0) + 1);
  // what most of them need says nothing
  const weight = (cp: string) => {
    const count = counts.get(cp) ?? 1;
    return count * 2 > world.length ? 0 : Math.log(world.length / count);
  };
  const telling = world.map(({ needs }) => new Set([...needs].filter(cp => weight(cp) > 0)));
  const total = telling.map(set => sum(set, weight));
  const likeness = world.map((one, i) =>
    world.map((other, j) => {
      if (j === i) return 0;
      if (one.needs.has(other.cp) || other.needs.has(one.cp)) return 1;
      const [small, large] = telling[i]!.size < telling[j]!.size ? [i, j] : [j, i];
      const shared = sum(
        [...telling[small]!].filter(cp => telling[large]!.has(cp)),
        weight,
      );
      const union = total[i]! + total[j]! - shared;
      return union > 0 ? shared / union : 0;
    }),
  );
  return joined(likeness)
    .filter(members => members.length >= least)
    .map(indexes => {
      const members = indexes.map(index => world[index]!);
      const common = [...telling[indexes[0]!]!].filter(cp => indexes.every(index => telling[index]!.has(cp)));
      const shared = common.sort((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1));
      return { members, shared };
    });
}

/** Clusters of indexes by mean likeness, `likeness` is used up. */
function joined(likeness: number[][]): number[][] {
  const clusters = new Map<number, number[]>(likeness.map((_, index) => [index, [index]]));
  for (;;) {
    let [first, second, value] = [-1, -1, alike];
    const live = [...clusters.keys()];
    for (const i of live)
      for (const j of live) {
        if (j >= i) break;
        const here = likeness[i]![j]!;
        if (here >= value && (here > value || first === -1)) [first, second, value] = [j, i, here];
      }
    const [a, b] = [clusters.get(first), clusters.get(second)];
    if (a === undefined || b === undefined) return [...clusters.values()];
    for (const k of live) {
      if (k === first || k === second) continue;
      const [ofA, ofB] = [likeness[first]![k]!, likeness[second]![k]!];
      const mean = (ofA * a.length + ofB * b.length) / (a.length + b.length);
      likeness[first]![k] = mean;
      likeness[k]![first] = mean;
    }
    clusters.set(
      first,
      [...a, ...b].sort((x, y) => x - y),
    );
    clusters.delete(second);
  }
}

function sum(all: Iterable<string>, weight: (cp: string) => number): number {
  let result = 0;
  for (const one of all) result += weight(one);
  return result;
}
