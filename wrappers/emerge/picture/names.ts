/** Short names of packages, and times. Names are ASCII by PMS 3.1; what isn't never reaches the terminal. */
import { parseCpv } from '../../../portage/cpv.ts';
import type { GraphNode } from '../../../portage/graph.ts';

/** Printable ASCII only. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

/** Cuts at the end. */
export function shorten(text: string, width: number, unicode: boolean): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}${unicode ? '…' : '~'}`;
}

interface Parts {
  readonly node: GraphNode;
  readonly name: string;
  readonly cp: string;
  /** Begins with a hyphen. */
  readonly version: string;
}

const known = new WeakMap<GraphNode, Parts>();

/** Worked out once per node: the same few are named in every frame. */
function partsOf(node: GraphNode): Parts {
  const before = known.get(node);
  if (before !== undefined) return before;
  const cpv = parseCpv(node.cpv);
  const version = cpv === undefined ? '' : cpv.text.slice(cpv.cp.length);
  const parts = { node, name: cpv?.package ?? node.cpv, cp: cpv?.cp ?? node.cpv, version };
  known.set(node, parts);
  return parts;
}

/**
 * Name by id: the package name alone, with its category where another category has the same, with its version
 * where that is wished or another version stands beside it, with its root where that isn't `/`.
 */
export function namesOf(nodes: readonly GraphNode[], versions: boolean): Map<string, string> {
  const parts = nodes.map(partsOf);
  const count = (pick: (part: (typeof parts)[number]) => string) => {
    const counts = new Map<string, number>();
    for (const part of parts) counts.set(pick(part), (counts.get(pick(part)) ?? 0) + 1);
    return counts;
  };
  const byName = count(part => part.name);
  const byCp = count(part => part.cp);
  return new Map(
    parts.map(part => {
      const sameCp = byCp.get(part.cp) ?? 0;
      const plain = byName.get(part.name) === sameCp ? part.name : part.cp;
      const root = part.node.root === '/' ? '' : ` (${part.node.root})`;
      return [part.node.id, printable(`${plain}${versions || sameCp > 1 ? part.version : ''}${root}`)];
    }),
  );
}

const longest = 9999;

/** `0m42`, `12m05`, `1h07`, `4d06`: never wider than five cells. */
export function elapsedText(seconds: number): string {
  const whole = Math.min(Math.max(0, Math.floor(seconds)) || 0, longest * 86_400);
  const minutes = Math.floor(whole / 60);
  const pair = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes}m${pair(whole % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 100) return `${hours}h${pair(minutes % 60)}`;
  const days = Math.floor(hours / 24);
  return days < 100 ? `${days}d${pair(hours % 24)}` : `${days}d`;
}
