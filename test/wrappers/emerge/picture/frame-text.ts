/** What a frame says to somebody who sees nothing but its text. */
import { connectionsIn, type Label } from './reading.ts';

type Shown = 'running' | 'done' | 'waiting' | 'target' | 'installed';

interface SeenPackage extends Label {
  /** As it is written there: `name` or `name-version`. */
  readonly name: string;
  readonly shown: Shown;
}

export interface SeenFrame {
  readonly rows: readonly string[];
  /** Where names stand in columns. */
  readonly packages: readonly SeenPackage[];
  /** `left -> right`, as names. */
  readonly connections: ReadonlySet<string>;
  readonly counts: { readonly done: number; readonly total: number; readonly running: number };
}

const marks: Readonly<Record<string, Shown>> = {
  '✔': 'done',
  '○': 'waiting',
  '◎': 'target',
  '·': 'installed',
};

function packagesIn(line: string, row: number): SeenPackage[] {
  const running = [...line.matchAll(/┃ (\S+) +[a-z]* +(?:\d+[mh]\d\d)? ?┃/g)].map(found => ({
    ...{ id: found[1] ?? '', name: found[1] ?? '', shown: 'running' as const, row, from: found.index },
    to: found.index + found[0].length,
  }));
  const others = [...line.matchAll(/([✔○◎·]) ([\w.+-]+)/g)].map(found => ({
    ...{ id: found[2] ?? '', name: found[2] ?? '', shown: marks[found[1] ?? ''] ?? 'waiting', row },
    from: found.index,
    to: found.index + found[0].length,
  }));
  return [...running, ...others];
}

/** Of a picture in columns; throws where the text is none. */
export function seeFrame(text: string): SeenFrame {
  const rows = text.split('\n');
  const last = rows.at(-1) ?? '';
  const [, done, total, running] = /^ (\d+)\/(\d+) done {3}(\d+) running/.exec(last) ?? [];
  if (running === undefined) throw new Error(`no row of counts:\n${text}`);
  const picture = rows.slice(0, -1);
  const packages = picture.flatMap(packagesIn);
  return {
    rows,
    packages,
    connections: connectionsIn(picture, packages),
    counts: { done: Number(done), total: Number(total), running: Number(running) },
  };
}
