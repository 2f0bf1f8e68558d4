/** Whether a generation is still what was published, byte for byte. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writtenRecord } from '../../repo-template/writer.ts';
import { lstatIfPresent, readTextIfPresent } from '../../system/files.ts';
import { printable } from '../../system/printable.ts';
import { filesBelow } from '../../system/tree.ts';
import { recordedSums } from './changes.ts';

const mostFiles = 5;

/** A sentence that says what differs from the generation's record and document; none where nothing does. */
export function damageIn(name: string, directory: string, digest: string): string[] {
  const record = readTextIfPresent(join(directory, writtenRecord)) ?? '';
  if (sum(record) !== digest) return [`${name}: its record of files is not the one of its document`];
  const sums = recordedSums(directory);
  const present = filesBelow(directory).filter(path => path !== writtenRecord);
  const wrong = [
    ...present.filter(path => !sums.has(path)).map(path => `${printable(path)} was added`),
    ...[...sums].flatMap(([path, wanted]) => {
      if (!lstatIfPresent(join(directory, path))?.isFile()) return [`${path} is missing`];
      return sum(readFileSync(join(directory, path))) === wanted ? [] : [`${path} was changed`];
    }),
  ];
  if (wrong.length === 0) return [];
  const more = wrong.length > mostFiles ? `, and ${wrong.length - mostFiles} more` : '';
  return [`${name}: is not as it was published: ${wrong.slice(0, mostFiles).join(', ')}${more}`];
}

function sum(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
