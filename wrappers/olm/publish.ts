/** Makes a new generation what Portage sees. All of it under the lock of the overlay. */
import { join } from 'node:path';
import { recordOf, sha256, writeRepository, writtenRecord } from '../../repo-template/writer.ts';
import { Fault } from '../../system/fault.ts';
import { mkdirs, namesIn, readTextIfPresent, removeFile, writeAtomic } from '../../system/files.ts';
import { setLink } from '../../system/generation.ts';
import { removeTree } from '../../system/tree.ts';
import {
  currentGeneration,
  generationNumber,
  type PublishedState,
  publishedSchema,
  readState,
} from './published.ts';

/** What is to be told of a generation; the rest is known here. */
export type StateDocument = Omit<PublishedState, 'schema' | 'digest' | 'published'> &
  Partial<Pick<PublishedState, 'schema' | 'digest' | 'published'>>;

export interface Publication {
  /** Whether Portage sees other files than before. */
  readonly changed: boolean;
  /** `generation-N` */
  readonly generation: string;
}

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * Publishes `files`, of which `executables` may be run, as STATE/NAME/current. The same files as before make no new
 * generation, only a new document. Killed at any moment, it leaves the old or the new; the next call sweeps up. On any Fault the old stays.
 */
export async function publish(
  state: string,
  name: string,
  files: Files,
  document: StateDocument,
  executables: ReadonlySet<string> = new Set(),
): Promise<Publication> {
  const base = join(state, name);
  mkdirs(base, 0o755);
  sweepLeftovers(base);
  const record = recordOf(files, executables);
  const digest = sha256(record);
  const current = currentGeneration(base);
  if (current !== undefined && readTextIfPresent(join(base, current, writtenRecord)) === record) {
    const old = readState(base, current);
    const published = old?.published ?? document.published ?? now();
    const text = stateText({ ...document, published, digest });
    if (old === undefined || stateText(old) !== text) writeAtomic(join(base, `${current}.json`), text);
    return { changed: false, generation: current };
  }
  const highest = Math.max(0, ...namesIn(base).map(found => generationNumber(found) ?? 0));
  const generation = `generation-${highest + 1}`;
  try {
    await writeRepository(join(base, generation), files, executables);
    const published = document.published ?? now();
    writeAtomic(join(base, `${generation}.json`), stateText({ ...document, published, digest }));
    setLink(join(base, 'current'), generation);
  } catch (error) {
    if (currentGeneration(base) !== generation) discard(base, generation);
    throw error;
  }
  return { changed: true, generation };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function stateText(document: StateDocument): string {
  const { schema: _, overlay, uri, revision, time, published, digest, ...rest } = document;
  const dated = time === undefined ? {} : { time };
  const all = { schema: publishedSchema, overlay, uri, revision, ...dated, published, digest, ...rest };
  return `${JSON.stringify(all, undefined, 1)}\n`;
}

/** The Fault on its way counts, not one of tidying up: the next call sweeps. */
function discard(base: string, generation: string): void {
  try {
    removeTree(join(base, generation));
    removeFile(join(base, `${generation}.json`));
    removeFile(join(base, 'current.new'));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** Removes what a killed call left: what is half written, and generations newer than the one that counts. */
export function sweepLeftovers(base: string): void {
  const current = generationNumber(currentGeneration(base) ?? '') ?? 0;
  const names = namesIn(base);
  for (const name of names) {
    const path = join(base, name);
    const number = generationNumber(name.replace(/\.json$/, ''));
    const begun = number !== undefined && number > current;
    const orphan = name.endsWith('.json') && number !== undefined && !names.includes(`generation-${number}`);
    if (
      name === 'current.new' ||
      /^\.(?:generation-|current).*\.tumpline-[\d-]+$/.test(name) ||
      begun ||
      orphan
    )
      removeTree(path);
  }
}
