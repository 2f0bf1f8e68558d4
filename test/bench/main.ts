/** `npm run bench -- AREA`: a line per figure; `--json FILE` keeps them, `--write` renews the tables of README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { top } from '../kit/environment.ts';
import { emergeFigures } from './emerge.ts';
import { type Figure, figureLine, figureRow, median, verdict } from './figure.ts';
import { graphFigures } from './graph.ts';
import { olmClosure, olmFigures } from './olm.ts';
import { picturePainter, pictureTimes } from './picture-parts.ts';
import { setsFigures } from './sets.ts';

const areas: Record<string, () => AsyncGenerator<Figure>> = {
  emerge: emergeFigures,
  graph: graphFigures,
  olm: olmFigures,
  sets: setsFigures,
};

/** `--part NAME ARGS…`: what a measurement runs in a process of its own. */
const parts: Record<string, (args: readonly string[]) => Promise<void>> = {
  'olm-closure': olmClosure,
  'picture-times': pictureTimes,
  'picture-painter': picturePainter,
};

function machine(): string {
  return `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

function writeTable(area: string, figures: readonly Figure[]): void {
  const path = join(top, 'README.md');
  const text = readFileSync(path, 'utf8');
  const [begin, end] = [`<!-- bench ${area} -->`, `<!-- /bench ${area} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no markers for ${area}`);
  const head = '| figure | median | spread (repetitions) | goal | |\n|---|---|---|---|---|';
  const table = [`Measured on ${machine()}.`, '', head, ...figures.map(figureRow)].join('\n');
  writeFileSync(path, `${text.slice(0, from)}${begin}\n${table}\n${text.slice(to)}`);
}

async function main(args: readonly string[]): Promise<number> {
  const part = args[0] === '--part' ? parts[args[1] ?? ''] : undefined;
  if (part !== undefined) {
    await part(args.slice(2));
    return 0;
  }
  const json = args.includes('--json') ? args[args.indexOf('--json') + 1] : undefined;
  const wanted = args.filter((word, at) => !word.startsWith('-') && args[at - 1] !== '--json');
  const unknown = wanted.find(area => !(area in areas));
  if (unknown !== undefined) {
    process.stderr.write(`bench: no area ${unknown}\nareas: ${Object.keys(areas).join(' ')}\n`);
    return 2;
  }
  const all: Figure[] = [];
  for (const [area, figures] of Object.entries(areas)) {
    if (wanted.length > 0 && !wanted.includes(area)) continue;
    const own: Figure[] = [];
    for await (const figure of figures()) {
      own.push(figure);
      process.stdout.write(`${figureLine(figure)}\n`);
    }
    if (args.includes('--write')) writeTable(area, own);
    all.push(...own);
  }
  const document = all.map(figure => ({
    ...figure,
    median: median(figure.samples),
    verdict: verdict(figure),
  }));
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ machine: machine(), figures: document }, undefined, 2)}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  status => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  },
);
