/** What `npm test` hands to the tests, and how a test says that it was reduced. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const quick = process.env['TUMPLINE_TEST_QUICK'] === '1';

/** A real emerge: the runner's choice, else the venv that `npm test` made. */
export const emerge = process.env['TUMPLINE_TEST_EMERGE'] ?? join(top, '.cache/portage-3.0.83/bin/emerge');

/** A Python that can import portage: the sibling of emerge in a venv, else the machine's. */
export const python = existsSync(join(dirname(emerge), 'python3'))
  ? join(dirname(emerge), 'python3')
  : 'python3';

let offers: { readonly version: string; readonly words: ReadonlySet<string> } | undefined;

/** What that Portage says of itself: its version, and the words that it knows in FEATURES. */
export function portage(): { readonly version: string; readonly words: ReadonlySet<string> } {
  if (offers) return offers;
  const script = 'import portage, portage.const as c; print(portage.VERSION, *c.SUPPORTED_FEATURES)';
  const { stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8', timeout: 60_000 });
  const [version = '', ...words] = stdout.trim().split(' ');
  offers = { version, words: new Set(words) };
  return offers;
}

/** From 3.0.82 on: whether Portage has a status socket, and one `metadata` file in each VDB entry. */
export function isObservable(): boolean {
  return portage().words.has('observability');
}

/** The folder with real metadata, where it is at hand. */
export function realData(): string | undefined {
  const path = resolve(top, process.env['TUMPLINE_TEST_DATA'] ?? '../shared/data');
  return existsSync(join(path, 'main.tar.gz')) ? path : undefined;
}

/** Makes the runner print why something was skipped or reduced. */
export function noteReduced(what: string): void {
  const notes = process.env['TUMPLINE_TEST_NOTES'];
  if (notes) appendFileSync(notes, `reduced: ${what}\n`);
}
