import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { bareEnvironment, commitTree, git } from '../kit/git-repository.ts';
import { type GitServerOptions, serveGit } from '../kit/git-server.ts';

const scratch = mkdtempSync(join(tmpdir(), 'git-kit-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const start = promisify(execFile);
const origin = join(scratch, 'one.git');
const commit = commitTree(origin, {
  'app-misc/foo/foo-1.ebuild': 'EAPI=8\n',
  'profiles/repo_name': 'one\n',
  'a link': { link: '/etc/passwd' },
});
git(origin, ['update-server-info']);

async function clone(options: GitServerOptions, name: string, args: readonly string[] = ['--depth=1']) {
  const server = await serveGit(scratch, options);
  try {
    const { stderr } = await start('git', ['clone', ...args, `${server.url}/one.git`, join(scratch, name)], {
      env: bareEnvironment({ GIT_TERMINAL_PROMPT: '0' }),
      timeout: 20_000,
    });
    return { stderr, bytes: server.bytes() };
  } finally {
    await server.stop();
  }
}

describe('the test kit’s own git servers', () => {
  it('serves a whole repository, with filter and without, in the old protocol and as plain files', async () => {
    const filtered = await clone({ filter: true }, 'filtered', ['--depth=1', '--filter=blob:none', '--bare']);
    expect(filtered.stderr).not.toContain('filtering not recognized');
    const plain = await clone({ filter: false }, 'plain', ['--depth=1', '--filter=blob:none', '--bare']);
    expect(plain.stderr).toContain('filtering not recognized');
    expect(filtered.bytes).toBeGreaterThan(100);
    await clone({ filter: true, old: true }, 'old');
    await clone({ filter: true, dumb: true }, 'dumb', []);
    for (const name of ['old', 'dumb']) {
      expect(git(join(scratch, name), ['rev-parse', 'HEAD'])).toBe(commit);
      expect(readFileSync(join(scratch, name, 'profiles/repo_name'), 'utf8')).toBe('one\n');
    }
  });

  it('fails in the ways that it is told to', async () => {
    const server = await serveGit(scratch, { filter: true });
    try {
      for (const mode of ['all', 'missing', 'packs', 'cut', 'garbage'] as const) {
        server.refuse(mode);
        await expect(
          start('git', ['clone', '--bare', `${server.url}/one.git`, join(scratch, `bad-${mode}`)], {
            env: bareEnvironment({ GIT_TERMINAL_PROMPT: '0' }),
            timeout: 20_000,
          }),
          mode,
        ).rejects.toThrow();
      }
      server.refuse('none');
      const listed = await start('git', ['ls-remote', `${server.url}/one.git`], { env: bareEnvironment() });
      expect(listed.stdout).toContain(`${commit}\trefs/heads/main`);
      expect(server.requests().length).toBeGreaterThan(5);
    } finally {
      await server.stop();
    }
  });
});
