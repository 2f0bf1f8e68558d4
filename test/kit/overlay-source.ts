/** An overlay that is there without any git. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OverlaySource } from '../../wrappers/olm/source.ts';
import type { OverlaySpec } from '../../wrappers/olm/spec.ts';

export type OverlayTexts = Readonly<Record<string, string | Uint8Array>>;

export function overlaySource(
  name: string,
  texts: OverlayTexts,
  more: { spec?: Partial<OverlaySpec>; refused?: OverlaySource['refused'] } = {},
): OverlaySource & { readonly batches: string[][] } {
  const contents = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
  const batches: string[][] = [];
  return {
    spec: { name, type: 'local', uri: '/nowhere', unmask: false, sets: false, origin: 'test', ...more.spec },
    revision: 'r1',
    files: new Map([...contents].map(([path, content]) => [path, blobId(content)])),
    executables: new Set(),
    refused: more.refused ?? [],
    notes: [],
    batches,
    async read(paths) {
      const asked = [...paths];
      batches.push(asked);
      return new Map(asked.flatMap(path => (contents.has(path) ? [[path, contents.get(path)!]] : [])));
    },
  };
}

function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

export function writeOverlay(location: string, texts: OverlayTexts): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(location, path)), { recursive: true });
    writeFileSync(join(location, path), text);
  }
}
