/**
 * Lines of one gutter that share a vertical stroke. A stroke says: whatever enters it from the left leads to
 * whatever leaves it to the right. So a bundle is one of three:
 * - `all`: everything in it belongs to everything in it, and to nothing else;
 * - `out`: lines part from one end; at its right ends no other line may have come in before;
 * - `in`: lines join into one end; from its left ends no other line may go on behind.
 * Ends with the same partners count as one.
 */
import type { Bundle, Segment } from './shapes.ts';

/** All lines between two groups of ends with the same partners. */
interface Cord {
  readonly left: string;
  readonly right: string;
  readonly dashed: boolean;
  readonly segments: Segment[];
}

type Kind = 'out' | 'in';
const mostWays = 16;

function isStraight(segment: Segment, rows: readonly number[]): boolean {
  return rows[segment.left] === rows[segment.right];
}

/** Ways to bundle the segments; those within one row need no stroke. Empty where no way is true. */
export function bundlings(segments: readonly Segment[], rows: readonly number[]): Bundle[][] {
  if (isKnotted(segments, rows)) return [];
  let ways: Bundle[][] = [[]];
  for (const part of components(segments)) {
    const own = isComplete(part) ? [complete(part, rows)] : partBundlings(part, rows);
    ways = ways.flatMap(way => own.map(more => [...way, ...more])).slice(0, mostWays);
  }
  return ways;
}

function complete(part: readonly Segment[], rows: readonly number[]): Bundle[] {
  return part.length > 1 || !isStraight(part[0] as Segment, rows) ? [bundleOf('all', part)] : [];
}

function bundleOf(kind: Bundle['kind'], segments: readonly Segment[]): Bundle {
  return {
    kind,
    lefts: [...new Set(segments.map(segment => segment.left))],
    rights: [...new Set(segments.map(segment => segment.right))],
    segments,
  };
}

function isComplete(part: readonly Segment[]): boolean {
  const { lefts, rights } = bundleOf('all', part);
  return lefts.length * rights.length === part.length && part.every(one => one.dashed === part[0]?.dashed);
}

/** A bent line between two straight ones can neither part nor join; found here, it saves the search. */
function isKnotted(segments: readonly Segment[], rows: readonly number[]): boolean {
  const lefts = new Set<number>();
  const rights = new Set<number>();
  for (const segment of segments) {
    if (!isStraight(segment, rows)) continue;
    lefts.add(segment.left);
    rights.add(segment.right);
  }
  return segments.some(
    segment =>
      !isStraight(segment, rows) &&
      lefts.has(segment.left) &&
      rights.has(segment.right) &&
      !isComplete(componentOf(segment, segments)),
  );
}

function componentOf(segment: Segment, segments: readonly Segment[]): Segment[] {
  return components(segments).find(part => part.includes(segment)) ?? [];
}

function components(segments: readonly Segment[]): Segment[][] {
  const parts = new Set<Segment[]>();
  const home = new Map<number, Segment[]>();
  for (const segment of segments) {
    const own = home.get(segment.left);
    const other = home.get(segment.right);
    const part = own ?? other ?? [];
    part.push(segment);
    parts.add(part);
    if (own !== undefined && other !== undefined && own !== other) {
      parts.delete(other);
      for (const one of other) {
        own.push(one);
        home.set(one.left, own);
        home.set(one.right, own);
      }
    }
    home.set(segment.left, part);
    home.set(segment.right, part);
  }
  return [...parts];
}

function partBundlings(part: readonly Segment[], rows: readonly number[]): Bundle[][] {
  const straight = part.filter(segment => isStraight(segment, rows));
  const busyLeft = new Set(straight.map(segment => String(segment.left)));
  const busyRight = new Set(straight.map(segment => String(segment.right)));
  const cords = cordsOf(part, rows, busyLeft, busyRight);
  const ways: Bundle[][] = [];
  const kinds: Kind[] = [];
  const decide = (at: number) => {
    if (ways.length >= mostWays) return;
    const cord = cords[at];
    if (cord === undefined) {
      ways.push(gather(cords, kinds));
      return;
    }
    for (const kind of kindsOf(cord, cords, busyLeft, busyRight)) {
      // one line at most may come in first, and one go out last
      const taken = cords.some(
        (other, place) =>
          place < at &&
          kinds[place] === kind &&
          (kind === 'out'
            ? other.right === cord.right && (other.left !== cord.left || other.dashed !== cord.dashed)
            : other.left === cord.left && (other.right !== cord.right || other.dashed !== cord.dashed)),
      );
      if (taken) continue;
      kinds[at] = kind;
      decide(at + 1);
      kinds.length = at;
    }
  };
  decide(0);
  return ways;
}

function kindsOf(
  cord: Cord,
  cords: readonly Cord[],
  busyLeft: ReadonlySet<string>,
  busyRight: ReadonlySet<string>,
): Kind[] {
  const aloneRight = cords.every(other => other === cord || other.right !== cord.right);
  const aloneLeft = cords.every(other => other === cord || other.left !== cord.left);
  if (aloneRight && !busyRight.has(cord.right)) return ['out'];
  if (aloneLeft && !busyLeft.has(cord.left)) return ['in'];
  const kinds: Kind[] = [];
  if (!busyLeft.has(cord.left)) kinds.push('in');
  if (!busyRight.has(cord.right)) kinds.push('out');
  return kinds;
}

function cordsOf(
  part: readonly Segment[],
  rows: readonly number[],
  busyLeft: ReadonlySet<string>,
  busyRight: ReadonlySet<string>,
): Cord[] {
  const group = (item: number, own: 'left' | 'right', other: 'left' | 'right', busy: ReadonlySet<string>) => {
    if (busy.has(String(item))) return String(item);
    const partners = part.filter(one => one[own] === item);
    return `of ${partners
      .map(one => `${one[other]}${one.dashed ? '~' : ''}`)
      .sort()
      .join(' ')}`;
  };
  const cords = new Map<string, Cord>();
  for (const segment of part) {
    if (isStraight(segment, rows)) continue;
    const left = group(segment.left, 'left', 'right', busyLeft);
    const right = group(segment.right, 'right', 'left', busyRight);
    const key = `${left}|${right}|${segment.dashed}`;
    const cord = cords.get(key) ?? { left, right, dashed: segment.dashed, segments: [] };
    cord.segments.push(segment);
    cords.set(key, cord);
  }
  return [...cords.values()];
}

function gather(cords: readonly Cord[], kinds: readonly Kind[]): Bundle[] {
  const gathered = new Map<string, { kind: Kind; segments: Segment[] }>();
  cords.forEach((cord, at) => {
    const kind = kinds[at] as Kind;
    const key = `${kind} ${kind === 'out' ? cord.left : cord.right} ${cord.dashed}`;
    const bundle = gathered.get(key) ?? { kind, segments: [] };
    bundle.segments.push(...cord.segments);
    gathered.set(key, bundle);
  });
  return [...gathered.values()].map(bundle => bundleOf(bundle.kind, bundle.segments));
}
