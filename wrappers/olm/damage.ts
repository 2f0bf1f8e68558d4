/** Whether a generation is still what was published, byte for byte. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentMark, sha256, writtenRecord } from '../../repo-template/writer.ts';
import { lstatIfPresent, readTextIfPresent } from '../../system/files.ts';
import { printable } from '../../system/printable.ts';
import { filesBelow } from '../../system/tree.ts';
import { recordedMarks } from './changes.ts';

const mostFiles = 5;

/** A sentence that says what differs from the generation's record and document; none where nothing does. */
export function damageIn(name: string, directory: string, digest: string): string[] {
  const record = readTextIfPresent(join(directory, writtenRecord)) ?? '';
  if (sha256(record) !== digest) return [`${name}: its record of files is not the one of its document`];
  const marks = recordedMarks(directory);
  const present = filesBelow(directory).filter(path => path !== writtenRecord);
  const wrong = [
    ...present.filter(path => !marks.has(path)).map(path => `${printable(path)} was added`),
    ...[...marks].flatMap(([path, wanted]) => {
      const found = lstatIfPresent(join(directory, path));
      if (!found?.isFile()) return [`${path} is missing`];
      const mark = contentMark(readFileSync(join(directory, path)), (found.mode & 0o100) !== 0);
      return mark === wanted ? [] : [`${path} was changed`];
    }),
  ];
  if (wrong.length === 0) return [];
  const more = wrong.length > mostFiles ? `, and ${wrong.length - mostFiles} more` : '';
  return [`${name}: is not as it was published: ${wrong.slice(0, mostFiles).join(', ')}${more}`];
}
