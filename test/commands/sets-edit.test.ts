/** `tumpline sets edit`, with programs for editors. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quick } from '../kit/environment.ts';
import { expectDocumented } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk({
    observability: false,
    ebuilds: { 'app-t/a-1': {} },
    overlays: { shop: {} },
    sets: { kit: ['# mine', 'app-t/a'] },
  });
  const section = '[shop]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\n';
  write('var/db/repos/shop/sets.conf', `${section}directory = \${repository:shop}/sets\n`);
  write('var/db/repos/shop/sets/shelf', 'app-t/a\n');
});
afterAll(() => desk.root.remove());

function write(path: string, content: string): string {
  const file = join(desk.root.directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** A program that does this with the file `$1`. */
function editor(script: string): Record<string, string> {
  const program = write('tmp/an editor', `#!/bin/sh\nfor file; do :; done\n${script}\n`);
  chmodSync(program, 0o755);
  return { EDITOR: `'${program}' -f`, TMPDIR: join(desk.root.directory, 'tmp') };
}

const kit = () => join(desk.root.directory, 'etc/portage/sets/kit');

function leftovers(): string[] {
  return readdirSync(join(desk.root.directory, 'tmp')).filter(name => name.startsWith('tumpline-edit-'));
}

describe.skipIf(quick)('edit', () => {
  test('what is sound is put in place; unchanged stays untouched', () => {
    const before = leftovers();
    const done = desk.tumpline(['sets', 'edit', 'kit', '--json'], editor('echo app-t/b >> "$file"'));
    expect([done.status, done.stderr]).toEqual([0, '']);
    expectDocumented('sets.md', JSON.parse(done.stdout));
    expect(readFileSync(kit(), 'utf8')).toBe('# mine\napp-t/a\napp-t/b\n');
    const same = desk.tumpline(['sets', 'edit', '@kit'], editor('true'));
    expect([same.status, same.stdout]).toEqual([0, `${kit()}: unchanged\n`]);
    const failed = desk.tumpline(['sets', 'edit', 'kit'], editor('echo x >> "$file"; exit 3'));
    expect([failed.status, failed.stderr]).toEqual([
      1,
      expect.stringContaining('exit status 3, nothing is changed'),
    ]);
    expect(readFileSync(kit(), 'utf8')).toBe('# mine\napp-t/a\napp-t/b\n');
    expect(leftovers()).toEqual(before);
  });

  test('without a terminal a mistake leaves the set as it was, and the text where it is named', () => {
    const run = desk.tumpline(['sets', 'edit', 'kit'], editor('echo "solo @nope" >> "$file"'));
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`${kit()}:4: `);
    const copy = /your text is in (\S+)\n/.exec(run.stderr)?.[1] ?? '';
    expect(readFileSync(copy, 'utf8')).toContain('solo @nope');
    expect(readFileSync(kit(), 'utf8')).not.toContain('solo');
  });

  test('on a terminal it asks again until it is sound', async () => {
    const marks = join(desk.root.directory, 'tmp/marks');
    const environment = editor(
      `if [ -e '${marks}' ]; then echo app-t/c > "$file"; else touch '${marks}'; echo solo > "$file"; fi`,
    );
    const child = spawn('script', ['-qec', `exec ${desk.tree}/bin/tumpline sets edit kit`, '/dev/null'], {
      env: { ...desk.environment, ...environment, TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let seen = '';
    child.stdout.on('data', (data: Buffer) => {
      if (!seen.includes('[e/x]') && `${seen}${data}`.includes('[e/x]')) child.stdin.write('what\ne\n');
      seen += data.toString();
    });
    const code = await new Promise(done => child.once('close', done));
    expect([code, seen.match(/\[e\/x\]/g)?.length]).toEqual([0, 2]);
    expect(seen).toContain("'solo' is no atom: a category is missing");
    expect(readFileSync(kit(), 'utf8')).toBe('app-t/c\n');
  });

  test('Ctrl-C is for the editor', async () => {
    const started = join(desk.root.directory, 'tmp/started');
    const environment = editor(
      `trap '' INT; touch '${started}'; sleep 1; printf '# M\\374ller\\n' >> "$file"`,
    );
    writeFileSync(kit(), Buffer.from('# \u00fcber\napp-t/c\n', 'latin1'));
    const child = spawn('script', ['-qec', `exec ${desk.tree}/bin/tumpline sets edit kit`, '/dev/null'], {
      env: { ...desk.environment, ...environment, TERM: 'dumb' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const timer = setInterval(() => {
      if (!existsSync(started)) return;
      clearInterval(timer);
      child.stdin.write('\u0003');
    }, 50);
    expect(await new Promise(done => child.once('close', done))).toBe(0);
    expect(readFileSync(kit(), 'latin1')).toBe('# \u00fcber\napp-t/c\n# M\u00fcller\n');
  });

  test('one editor a set; a set without entries is put in place with a word', async () => {
    const started = join(desk.root.directory, 'tmp/first');
    const child = spawn(`${desk.tree}/bin/tumpline`, ['sets', 'edit', 'kit'], {
      env: { ...desk.environment, ...editor(`touch '${started}'; sleep 1.5; echo '# nothing' > "$file"`) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const ended = new Promise(done => child.once('close', done));
    for (let left = 100; left > 0 && !existsSync(started); left -= 1)
      await new Promise(done => setTimeout(done, 50));
    const before = leftovers();
    const second = desk.tumpline(['sets', 'edit', '@kit'], editor('echo app-t/a >> "$file"'));
    expect([second.status, second.stderr]).toEqual([75, expect.stringContaining('held by process')]);
    expect(leftovers()).toEqual(before);
    expect(await ended).toBe(0);
    expect(said).toContain("'@kit' is empty");
    expect(readFileSync(kit(), 'utf8')).toBe('# nothing\n');
  });

  test("a new set, and a repository's that becomes the user's own", () => {
    const run = desk.tumpline(['sets', 'edit', 'fresh'], editor('echo app-t/a >> "$file"'));
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(desk.root.readText('etc/portage/sets/fresh')).toMatch(/^# fresh: .*\napp-t\/a\n$/);
    const over = desk.tumpline(['sets', 'edit', 'shelf'], editor('echo app-t/d >> "$file"'));
    expect([over.status, over.stderr]).toEqual([
      0,
      'tumpline: @shelf: starts as that of shop, which yours will win over\n',
    ]);
    expect(desk.root.readText('etc/portage/sets/shelf')).toBe('app-t/a\napp-t/d\n');
    expect(desk.root.readText('var/db/repos/shop/sets/shelf')).toBe('app-t/a\n');
    for (const name of ['world', '../x', 'x~', '.x', '-x', "a'b"])
      expect([
        name,
        desk.tumpline(['sets', 'edit', `@${name}`], editor('echo app-t/a >> "$file"')).status,
      ]).not.toEqual([name, 0]);
  });

  test('a file that somebody else changed meanwhile is not overwritten', () => {
    const run = desk.tumpline(
      ['sets', 'edit', 'kit'],
      editor(`echo app-t/z > "$file"; echo app-t/y > '${kit()}'`),
    );
    expect([run.status, readFileSync(kit(), 'utf8')]).toEqual([1, 'app-t/y\n']);
    expect(run.stderr).toMatch(/changed it meanwhile\ntry: diff .*\n$/);
  });

  test('the words of EDITOR are never given to a shell', () => {
    const mark = join(desk.root.directory, 'tmp/evaluated');
    const run = desk.tumpline(['sets', 'edit', 'kit'], { EDITOR: `true; touch ${mark} #$(touch ${mark})` });
    expect(run.status).toBe(1);
    expect(existsSync(mark)).toBe(false);
  });
});
