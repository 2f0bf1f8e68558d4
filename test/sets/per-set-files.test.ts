/** NAME.use and NAME.accept_keywords, by what emerge makes of them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, makeDesk } from '../commands/kit.ts';
import { quick } from '../kit/environment.ts';

let desk: Desk;
describe.skipIf(quick)('flags and keywords of a set', () => {
  beforeAll(async () => {
    desk = await makeDesk({
      observability: false,
      ebuilds: {
        'app-t/a-1': { IUSE: 'foo bar' },
        'app-t/b-1': { IUSE: 'foo' },
        'app-t/new-1': { KEYWORDS: '~amd64' },
      },
      sets: { kit: ['app-t/a', '@inner'], inner: ['app-t/b', 'app-t/new'], plain: ['app-t/a'] },
    });
    const done = desk.tumpline(['enable', 'sets']);
    expect([done.status, done.stderr]).toEqual([0, '']);
  }, 120_000);
  afterAll(() => desk.root.remove());

  const etc = (name: string) => join(desk.root.directory, 'etc/portage', name);
  const check = (...args: string[]) => desk.tumpline(['sets', 'check', ...args]);
  /** What emerge would merge: package -> its flags. */
  async function pretended(): Promise<Record<string, string>> {
    const { stdout } = await desk.root.emerge(['--pretend', '--verbose', '--color=n', '@kit']);
    const lines = [...stdout.matchAll(/^\[ebuild.*?\] (\S+?)::testbed .*?(?:USE="([^"]*)")? *0 KiB$/gm)];
    return Object.fromEntries(lines.map(([, cpv = '', use = '']) => [cpv, use]));
  }

  test('count as long as the set is there', async () => {
    expect(await pretended()).toEqual({});
    writeFileSync(etc('sets/kit.use'), '# all of them\nfoo\napp-t/a bar  # this one\n');
    writeFileSync(etc('sets/kit.accept_keywords'), '~amd64\n');
    expect(check()).toMatchObject({ status: 0, stderr: '' });
    expect(await pretended()).toEqual({ 'app-t/a-1': 'bar foo', 'app-t/b-1': 'foo', 'app-t/new-1': '' });
    const made = etc('package.use/zz-tumpline-set-kit');
    expect(readFileSync(made, 'utf8')).toBe(
      `# made by tumpline from ${etc('sets/kit.use')}; edit that file\napp-t/a foo\napp-t/b foo\napp-t/new foo\napp-t/a bar\n`,
    );

    // a mistake in the set changes nothing
    writeFileSync(etc('sets/inner'), 'app-t/b\nsolo\n');
    expect(check().status).toBe(1);
    expect(readFileSync(made, 'utf8')).toContain('app-t/new foo');
    writeFileSync(etc('sets/inner'), 'app-t/b\n');
    expect(check().status).toBe(0);
    expect(readFileSync(made, 'utf8')).not.toContain('app-t/new foo');

    rmSync(etc('sets/kit.use'));
    check();
    expect(readdirSync(etc('package.use'))).toEqual([]);
    rmSync(etc('sets/kit'));
    check();
    expect(readdirSync(etc('package.accept_keywords'))).toEqual([]);
    writeFileSync(etc('sets/kit'), 'app-t/a\n');
  }, 120_000);

  test('what is no flag is told with its line; what somebody else wrote is left alone', () => {
    const source = etc('sets/plain.use');
    writeFileSync(source, 'foo\n$(touch x) bar\n');
    const told = check();
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(told.stdout).toContain(`${source}:2: note: '$(touch' is neither an atom nor a USE flag\n`);
    const made = etc('package.use/zz-tumpline-set-plain');
    expect(readFileSync(made, 'utf8').split('\n').slice(1)).toEqual(['app-t/a foo', '']);
    writeFileSync(made, 'app-t/a mine\n');
    writeFileSync(source, 'bar\n');
    expect(check().stdout).toContain('stands there already and is none of ours');
    expect(readFileSync(made, 'utf8')).toBe('app-t/a mine\n');
    rmSync(made);
  });

  test('where package.use is a file it says what to add', () => {
    rmSync(etc('package.use'), { recursive: true });
    writeFileSync(etc('package.use'), 'app-t/b foo\n');
    const { stdout } = check();
    expect(stdout).toContain(`${etc('package.use')} is a file`);
    expect(stdout).toContain('add by hand: app-t/a bar\n');
    expect(readFileSync(etc('package.use'), 'utf8')).toBe('app-t/b foo\n');
    rmSync(etc('package.use'));
    mkdirSync(etc('package.use'));
  });

  test('disable takes them away', () => {
    check();
    expect(existsSync(etc('package.use/zz-tumpline-set-plain'))).toBe(true);
    expect(desk.tumpline(['disable', 'sets'])).toMatchObject({ status: 0 });
    expect(readdirSync(etc('package.use'))).toEqual([]);
    expect(existsSync(etc('sets/plain.use'))).toBe(true);
  });
});
