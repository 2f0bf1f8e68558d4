/** How long after the end of a phase the picture shows the next: by the time of Portage's mark, and by frames as they come. */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { emerge, top } from '../kit/environment.ts';
import type { EbuildDeclaration } from '../testbed/declaration.ts';
import { seeded } from '../testbed/random.ts';
import { makeRoot } from '../testbed/root.ts';
import type { Figure } from './figure.ts';
import { onTerminal } from './pty.ts';

const packages = 8;
/** phase -> what Portage marks when the one before it is done */
const phases = { prepare: 'unpacked', configure: 'prepared', compile: 'configured', install: 'compiled' };
const frameEnd = '\x1b[?2026l';

/** Every phase takes 1.5 to 3 s. */
function tree(): Record<string, EbuildDeclaration> {
  const random = seeded('latency');
  const entries = Array.from({ length: packages }, (_, number): [string, EbuildDeclaration] => {
    const bodies = Object.entries(phases).map(([phase, mark]) => {
      const pause = (1.5 + random.below(1500) / 1000).toFixed(2);
      return `src_${phase}() {\n\techo "$(stat -c %.3Y "\${T}/../.${mark}") p${number} ${phase}" >> "\${EPREFIX}/begun"\n\tsleep ${pause}\n${phase === 'prepare' ? '\tdefault\n' : ''}}`;
    });
    const needs = number < 2 ? {} : { DEPEND: `app-misc/p${number - 2}` };
    return [`app-misc/p${number}-1`, { ...needs, phases: bodies.join('\n') }];
  });
  return Object.fromEntries(entries);
}

interface Seen {
  /** Epoch milliseconds of the first frame by `PACKAGE PHASE`. */
  readonly first: Map<string, number>;
  hear(piece: Buffer): void;
}

function reader(): Seen {
  const first = new Map<string, number>();
  let rest = '';
  return {
    first,
    hear(piece) {
      const now = Date.now();
      const frames = (rest + piece.toString('latin1')).split(frameEnd);
      rest = frames.pop() ?? '';
      // rows apart, since a name and its phase stand in one
      for (const row of frames.flatMap(frame => frame.split(';1H')))
        for (const [, name, phase] of stripVTControlCharacters(row).matchAll(/\b(p\d+)-1 +([a-z]+)\b/g)) {
          const key = `${name} ${phase}`;
          if (!first.has(key)) first.set(key, now);
        }
    },
  };
}

/** Milliseconds, of each phase of one merge by two jobs. */
async function latencies(observability: boolean): Promise<number[]> {
  const root = await makeRoot({ observability, ebuilds: tree() });
  try {
    const seen = reader();
    const targets = [`app-misc/p${packages - 1}`, `app-misc/p${packages - 2}`];
    const run = onTerminal(
      [join(top, 'dist/bin/emerge'), '--jobs=2', ...targets],
      { ...root.environment, TUMPLINE_EMERGE: emerge, LC_ALL: 'C.UTF-8' },
      { rows: 40, columns: 120 },
      seen.hear,
    );
    const status = await run.ended;
    if (status !== 0) throw new Error(`the merge ended with exit status ${status}`);
    const begun = (root.readText('begun') ?? '').trim().split('\n');
    return begun.map(line => {
      const [time = '', name = '', phase = ''] = line.split(' ');
      const shown = seen.first.get(`${name} ${phase}`);
      // what was never shown was late by all the time that it took
      return shown === undefined ? 3000 : Math.max(0, shown - Number(time.replace(',', '.')) * 1000);
    });
  } finally {
    root.remove();
  }
}

function percentile(samples: readonly number[], share: number): number {
  return [...samples].sort((a, b) => a - b)[Math.ceil(samples.length * share) - 1] ?? Number.NaN;
}

export async function* latencyFigures(): AsyncGenerator<Figure> {
  const samples: number[] = [];
  for (const observability of [true, false, true, false]) {
    const times = await latencies(observability);
    const [half, most] = [percentile(times, 0.5), percentile(times, 0.95)];
    const source = observability ? 'status socket' : 'log and marks';
    process.stderr.write(
      `graph: ${times.length} phases, ${source}: median ${half.toFixed(0)} ms, p95 ${most.toFixed(0)} ms\n`,
    );
    samples.push(most);
  }
  yield { area: 'graph', name: 'phase_to_shown_p95', unit: 'ms', goal: 200, samples };
}
