/** The transcript in README is what the commands print; TUMPLINE_TEST_RENEW=1 writes it anew. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDesk } from '../commands/kit.ts';
import { quick, top } from '../kit/environment.ts';

const readme = join(top, 'README.md');
const block = /(<!-- sets -->\n```\n)([\s\S]*?)(```\n<!-- \/sets -->)/;

const versions = {
  'app-editors/vim-9.1.1652': {},
  'app-misc/tmux-3.5a': {},
  'dev-vcs/git-2.51.0': { RDEPEND: 'dev-libs/libpcre2' },
  'dev-libs/libpcre2-10.46': {},
  'media-gfx/gimp-3.0.4': {},
  'media-gfx/inkscape-1.4.2': {},
  'kde-apps/kdenlive-25.8.0': {},
  'media-sound/audacity-3.7.5': {},
};

/** Which sets are Portage's own differs from version to version. */
function sameSets(text: string): string {
  return text.replace(/^(Portage's own: ).*\n(?: {2}@.*\n)*/m, '$1\n');
}

test.skipIf(quick)(
  'each command prints what stands below it',
  async () => {
    const { 'media-sound/audacity-3.7.5': _, ...installed } = versions;
    const desk = await makeDesk({
      observability: false,
      ebuilds: versions,
      installed,
      world: ['dev-vcs/git'],
      worldSets: ['@studio', '@tools'],
      sets: {
        tools: ['app-editors/vim', 'app-misc/tmux', 'media-gfx/gimp'],
        studio: ['media-sound/audacity', 'media-gfx/gimp media-gfx/inkscape', 'kdenlive'],
      },
      portageConfig: { 'sets/tools.metadata': 'description:\nOn every machine of mine\n' },
      profile: { packages: ['*app-editors/vim'] },
    });
    const plain = await desk.root.emerge(['--depclean', '--pretend', '--color=n']);
    expect(plain.stdout).toMatch(
      /All selected packages: .*kdenlive.*inkscape|All selected packages: .*inkscape.*kdenlive/,
    );
    const text = readFileSync(readme, 'utf8');
    const before = block.exec(text)?.[2] ?? '';
    const commands = [...before.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
    const printed = commands.map(command => {
      const { directory } = desk.root;
      const { stdout } = spawnSync(
        'sh',
        ['-c', `exec 2>&1; ${command.replaceAll(' /etc/', ` ${directory}/etc/`)}`],
        {
          env: { ...desk.environment, PATH: `${desk.tree}/bin:${desk.environment['PATH']}`, COLUMNS: '80' },
          encoding: 'utf8',
          timeout: 60_000,
        },
      );
      const today = new Date().toISOString().slice(0, 10);
      return `$ ${command}\n${stdout.replaceAll(directory, '').replaceAll(today, '2026-11-21')}`;
    });
    desk.root.remove();
    expect(commands.length).toBeGreaterThan(3);
    const after = printed.join('\n');
    if (process.env['TUMPLINE_TEST_RENEW'])
      writeFileSync(
        readme,
        text.replace(block, (_all, head, _old, tail) => head + after + tail),
      );
    else expect(sameSets(before)).toBe(sameSets(after));
  },
  120_000,
);
