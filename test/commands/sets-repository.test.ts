/** `tumpline sets check --repository DIR`: needs no Portage, and no configuration. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { skeletonFiles } from '../../repo-template/skeleton.ts';
import { writeRepository } from '../../repo-template/writer.ts';
import { quick } from '../kit/environment.ts';
import { builtTree } from './built.ts';
import { expectDocumented } from './documented.ts';

let scratch: string | undefined;
afterAll(() => {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
});

test.skipIf(quick)('sound: 0; broken: 1, file, line, and what to type; with other words: 2', async () => {
  const tree = await builtTree();
  scratch = mkdtempSync(join(tmpdir(), 'tumpline-repository-'));
  const directory = join(scratch, 'own');
  await writeRepository(directory, skeletonFiles({ name: 'own', sets: { mine: ['a/b'], all: ['@mine'] } }));
  const check = (...args: string[]) =>
    spawnSync(`${tree}/bin/tumpline`, ['sets', 'check', '--repository', 'own', ...args], {
      cwd: scratch,
      env: { PATH: process.env['PATH'], TUMPLINE_EMERGE: '/nowhere/emerge' },
      encoding: 'utf8',
      timeout: 60_000,
    });
  expect(check()).toMatchObject({ status: 0, stdout: '2 sets, nothing is wrong\n', stderr: '' });
  writeFileSync(join(directory, 'sets/mine'), 'a/b\nsolo\n');
  writeFileSync(
    join(directory, 'sets.conf'),
    '[own]\nclass = portage.sets.shell.CommandOutputSet\ncommand = id\n',
  );
  const told = check();
  expect([told.status, told.stderr]).toEqual([1, '']);
  expect(told.stdout).toContain(
    `${directory}/sets/mine:2: 'solo' is no atom: a category is missing\n  try: `,
  );
  expect(told.stdout).toContain(
    `${directory}/sets.conf:2: class: portage.sets.shell.CommandOutputSet may run code`,
  );
  expect(told.stdout).toContain(
    `${directory}/sets.conf:3: command does not belong into a repository's sets.conf`,
  );
  const answer = JSON.parse(check('--json').stdout) as { checked: string[] };
  expectDocumented('sets.md', answer);
  expect(answer.checked).toEqual(['all', 'mine']);
  expect(check('mine')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--repository stands alone'),
  });
  expect(check('--fix').status).toBe(2);
  const nowhere = spawnSync(`${tree}/bin/tumpline`, ['sets', 'check', '--repository=/nowhere'], {
    encoding: 'utf8',
  });
  expect(nowhere).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('/nowhere: no such directory'),
  });
});
