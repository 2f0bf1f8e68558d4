/** CACHE/NAME/inputs.json: what the published generations of a family were made from; the same again is no work. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Selection } from '../../portage/files/overlay-list.ts';
import { mkdirs, readTextIfPresent, removeFile, writeAtomic } from '../../system/files.ts';
import type { OlmDesk } from './desk.ts';
import type { Fetched } from './fetched.ts';
import { type Asked, localStamp } from './local-stamp.ts';
import type { OverlayOutcome } from './outcome.ts';

export interface Inputs {
  readonly names: readonly string[];
  readonly selections: readonly Selection[];
  readonly found: ReadonlyMap<string, Fetched>;
  readonly masters: ReadonlyMap<string, readonly string[]>;
  /** Other things that the outcome hangs on. */
  readonly besides: readonly string[];
}

/** What is told again when there was nothing to do. */
export type KnownOutcome = Omit<OverlayOutcome, 'state' | 'added' | 'removed' | 'changed'> & {
  /** Of the generation; empty where none is published. */
  readonly digest: string;
};

interface Kept {
  readonly fingerprint: string;
  readonly asked: Asked;
  readonly overlays: readonly KnownOutcome[];
}

function pathOf(desk: OlmDesk, names: readonly string[]): string {
  return join(desk.cache, names[0] ?? '', 'inputs.json');
}

function fingerprintOf(desk: OlmDesk, inputs: Inputs, generated: ReadonlySet<string>, asked: Asked): string {
  const { names, selections, found, masters, besides } = inputs;
  const facts = {
    version: packageJson.version,
    uncached: desk.settings.uncached,
    names,
    selections: selections.map(({ text, file, line }) => [text, file, line]),
    sources: names.map(name => {
      const source = found.get(name)?.source;
      const { description: _, origin: __, ...spec } = source?.spec ?? { description: '', origin: '' };
      return [name, spec, source?.revision ?? '', masters.get(name) ?? []];
    }),
    besides,
    local: localStamp(desk.located, desk.environment, generated, asked),
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** The outcome of the last time where nothing has changed since; `generated` are repositories that olm has made. */
export function sameAsBefore(
  desk: OlmDesk,
  inputs: Inputs,
  generated: ReadonlySet<string>,
): readonly KnownOutcome[] | undefined {
  try {
    const kept = JSON.parse(readTextIfPresent(pathOf(desk, inputs.names)) ?? 'null') as Kept | null;
    if (kept === null || !Array.isArray(kept.overlays)) return undefined;
    return kept.fingerprint === fingerprintOf(desk, inputs, generated, kept.asked)
      ? kept.overlays
      : undefined;
  } catch {
    // a cache: whatever is wrong with it, the work is done again
    return undefined;
  }
}

/** Keeps it; nobody minds where that cannot be done. */
export function rememberInputs(
  desk: OlmDesk,
  inputs: Inputs,
  generated: ReadonlySet<string>,
  asked: Asked,
  overlays: readonly KnownOutcome[],
): void {
  const kept: Kept = { fingerprint: fingerprintOf(desk, inputs, generated, asked), asked, overlays };
  try {
    mkdirs(join(desk.cache, inputs.names[0] ?? ''));
    writeAtomic(pathOf(desk, inputs.names), `${JSON.stringify(kept)}\n`);
  } catch {
    forgetInputs(desk, inputs.names);
  }
}

export function forgetInputs(desk: OlmDesk, names: readonly string[]): void {
  try {
    removeFile(pathOf(desk, names));
  } catch {
    // then it cannot have been written either
  }
}
