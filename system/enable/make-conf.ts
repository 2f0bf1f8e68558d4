/** A word in FEATURES of make.conf (make.conf(5)), which is a file, a link to one, or a directory of files. */
import { join } from 'node:path';
import { lstatIfPresent, statIfPresent } from '../files.ts';
import type { Piece } from './pieces.ts';

const mark = '# tumpline:';

export function featureLine(word: string): string {
  return `FEATURES="\${FEATURES} ${word}"  ${mark} taken away by "tumpline disable"`;
}

/** The make.conf that Portage reads last below this config root: `etc/portage/make.conf`, or the old place. */
export function makeConf(configRoot: string): string {
  const modern = join(configRoot, 'etc/portage/make.conf');
  const old = join(configRoot, 'etc/make.conf');
  return lstatIfPresent(modern) === undefined && statIfPresent(old) !== undefined ? old : modern;
}

/** The piece that adds the word: a line at the end of the file, or a file of its own, the last of the directory. */
export function featurePiece(configRoot: string, word: string): Piece {
  const path = makeConf(configRoot);
  const line = featureLine(word);
  if (statIfPresent(path)?.isDirectory())
    return { kind: 'file', path: join(path, 'zz-tumpline.conf'), text: `${line}\n`, earlier: [] };
  return { kind: 'line', path, line, mark, earlier: [] };
}
