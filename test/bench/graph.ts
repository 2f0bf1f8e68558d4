/** What the picture of a merge is worth: how well it foretells the time, how clear it is and what it costs. */
import type { Figure } from './figure.ts';
import { latencyFigures } from './graph-latency.ts';
import { pictureFigures } from './graph-picture.ts';
import { timeFigures } from './graph-times.ts';

export async function* graphFigures(): AsyncGenerator<Figure> {
  yield* timeFigures();
  yield* latencyFigures();
  yield* pictureFigures();
}
