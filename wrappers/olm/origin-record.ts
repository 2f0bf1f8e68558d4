/** Where the cache's copy of an overlay came from: another address in the configuration makes it somebody else's. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readTextIfPresent, removeFile, writeAtomic } from '../../system/files.ts';
import type { OverlaySpec } from './spec.ts';

function fileOf(directory: string): string {
  return join(directory, 'from');
}

/** An address may carry a password. */
function wordOf({ type, uri, branch }: OverlaySpec): string {
  const text = JSON.stringify([type, uri, branch ?? null]);
  return `${createHash('sha256').update(text).digest('hex')}\n`;
}

/** Whether what is in the cache was fetched from where the overlay is now. */
export function isFrom(directory: string, spec: OverlaySpec): boolean {
  return readTextIfPresent(fileOf(directory)) === wordOf(spec);
}

/** Makes `change` the cache's content, which comes from there. In between it comes from nowhere. */
export async function withOrigin<T>(
  directory: string,
  spec: OverlaySpec,
  change: () => Promise<T>,
): Promise<T> {
  if (isFrom(directory, spec)) return await change();
  removeFile(fileOf(directory));
  const result = await change();
  writeAtomic(fileOf(directory), wordOf(spec));
  return result;
}
