/** The transcript in README is what the commands print; TUMPLINE_TEST_RENEW=1 writes it anew. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { builtTree } from '../../commands/built.ts';
import { emerge, quick, top } from '../../kit/environment.ts';
import { prepareOlmDemo } from '../../testbed/demo-olm.ts';

const readme = join(top, 'README.md');
const block = /(<!-- olm -->\n```\n)([\s\S]*?)(```\n<!-- \/olm -->)/;

/** The overlay gets its next commit before this one. */
const updated = 'olm diff';

test.skipIf(quick)(
  'each command prints what stands below it',
  async () => {
    const served = mkdtempSync(join(tmpdir(), 'tumpline-served-'));
    const demo = await prepareOlmDemo(served);
    const { directory } = demo.root;
    const path = `${await builtTree()}/bin:${dirname(emerge)}:${process.env['PATH']}`;
    const env = {
      ...demo.root.environment,
      PATH: path,
      TUMPLINE_EMERGE: emerge,
      TUMPLINE: '0',
      COLUMNS: '80',
    };
    const run = (command: string) =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(
          'sh',
          ['-c', `exec 2>&1; ${command.replaceAll(' /etc/', ` ${directory}/etc/`)}`],
          {
            env,
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        let text = '';
        child.stdout.on('data', (data: Buffer) => {
          text += data.toString();
        });
        child.on('error', reject);
        child.on('close', () => resolve(text));
      });
    const text = readFileSync(readme, 'utf8');
    const before = block.exec(text)?.[2] ?? '';
    const commands = [...before.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(4);
    const printed: string[] = [];
    for (const command of commands) {
      if (command === updated) demo.update();
      const said = (await run(command))
        .replaceAll(directory, '')
        .replaceAll(demo.server.url, 'https://example.org');
      printed.push(`$ ${command}\n${said.replace(/ +$/gm, '')}`);
    }
    await demo.end();
    demo.root.remove();
    rmSync(served, { recursive: true });
    const after = printed.join('\n');
    if (process.env['TUMPLINE_TEST_RENEW'])
      writeFileSync(
        readme,
        text.replace(block, (_all, head, _old, tail) => head + after + tail),
      );
    else expect(before).toBe(after);
  },
  120_000,
);
