/** `tumpline sets check`, with and without --fix. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quick } from '../kit/environment.ts';
import { portageSets } from '../sets/portage-sets.ts';
import { setsJson } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk({
    observability: false,
    ebuilds: { 'app-t/a-1': {}, 'app-t/b-1': {}, 'app-t/c-1': {}, 'app-new/moved-1': {} },
    overlays: { shop: {} },
    worldSets: ['@gone'],
    sets: { fine: ['app-t/a', '@other'], other: ['app-t/b'] },
  });
  write('var/db/repos/testbed/profiles/updates/1Q-2026', 'move app-old/moved app-new/moved\n');
  const section = '[shop]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\n';
  write('var/db/repos/shop/sets.conf', `${section}directory = \${repository:shop}/sets\n`);
});
afterAll(() => desk.root.remove());

function write(path: string, content: string | Buffer): string {
  const file = join(desk.root.directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

interface Checked {
  complaints: { set: string; path?: string; line?: number; code: string; severity: string }[];
  fixed: { line: number; code: string }[];
}

const check = (status: number, ...args: string[]) => setsJson<Checked>(desk, status, ['check', ...args]);

describe('check', () => {
  test('sound sets: 0; a selected one that is gone, a broken one, an unknown name: 1', () => {
    const sound = desk.tumpline(['sets', 'check', 'fine', '@other']);
    expect([sound.status, sound.stdout, sound.stderr]).toEqual([0, '2 sets, nothing is wrong\n', '']);
    expect(check(1).complaints).toMatchObject([{ set: 'gone', code: 'unknown-set', severity: 'broken' }]);
    const path = write('etc/portage/sets/bad', 'app-t/a\nsolo\n@nope\n');
    expect(check(1, 'bad').complaints).toMatchObject([
      { set: 'bad', path, line: 2, code: 'not-atom' },
      { set: 'bad', path, line: 3, code: 'unknown-set' },
    ]);
    const { status, stdout } = desk.tumpline(['sets', 'check', 'bad']);
    expect(status).toBe(1);
    expect(stdout).toContain(
      `${path}:2: 'solo' is no atom: a category is missing\n  try: tumpline sets edit bad\n`,
    );
    expect(desk.tumpline(['sets', 'check', 'fien'])).toMatchObject({
      status: 1,
      stderr: 'tumpline: @fien: there is no such set\ntry: tumpline sets show fine\n',
    });
    writeFileSync(path, 'app-t/a\n');
  });
});

describe.skipIf(quick)('check --fix', () => {
  test('mends what needs no question, and leaves every other byte', async () => {
    const path = write(
      'etc/portage/sets/mess',
      '\uFEFF# Müller\n\tapp-t/a   app-t/b\t# two \n\r\n>=app-old/moved-1 # ≥\r\nsolo\napp-t/c',
    );
    const { fixed, complaints } = check(1, '--fix', 'mess');
    expect(fixed).toMatchObject([
      { line: 1, code: 'bom' },
      { line: 2, code: 'second-word' },
      { line: 4, code: 'moved' },
    ]);
    expect(complaints).toMatchObject([{ line: 6, code: 'not-atom' }]);
    const after = '# Müller\n\tapp-t/a\t# two \n\tapp-t/b\n\r\n>=app-new/moved-1 # ≥\r\nsolo\napp-t/c';
    expect(readFileSync(path, 'utf8')).toBe(after);
    const { mess } = await portageSets(desk.root, 'mess');
    expect(mess?.atoms).toEqual(['>=app-new/moved-1', 'app-t/a', 'app-t/b', 'app-t/c']);
    const { ino, mtimeMs } = statSync(path);
    expect(check(1, '--fix', 'mess').fixed).toEqual([]);
    expect([statSync(path).ino, statSync(path).mtimeMs]).toEqual([ino, mtimeMs]);
  });

  test("neither what is no UTF-8 nor a repository's file is touched", () => {
    const bytes = Buffer.from('app-t/a app-t/b # M\xfcller\n', 'latin1');
    const own = write('etc/portage/sets/latin', bytes);
    const run = desk.tumpline(['sets', 'check', '--fix', 'latin']);
    expect([run.status, run.stderr]).toEqual([1, `tumpline: ${own}: is no UTF-8, and left as it is\n`]);
    expect(readFileSync(own).equals(bytes)).toBe(true);
    const theirs = write('var/db/repos/shop/sets/shelf', 'app-t/a app-t/b\n');
    expect(check(1, '--fix', 'shelf')).toMatchObject({ fixed: [], complaints: [{ code: 'second-word' }] });
    expect(readFileSync(theirs, 'utf8')).toBe('app-t/a app-t/b\n');
  });

  test('optional and excluded members, and words in groups', () => {
    const path = write('etc/portage/sets/more', '?app-old/moved -app-t/c\nfoo? ( app-t/a app-old/moved )\n');
    check(1, '--fix', 'more');
    expect(readFileSync(path, 'utf8')).toBe('?app-new/moved\n-app-t/c\nfoo? ( app-t/a app-new/moved )\n');
  });
});
