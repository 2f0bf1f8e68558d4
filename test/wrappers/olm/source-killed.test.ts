import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchSource, openSource } from '../../../wrappers/olm/source.ts';
import { quick } from '../../kit/environment.ts';
import { writeProgram } from '../../kit/program.ts';
import { random } from '../../kit/random.ts';
import { overlay, scratch, stage, texts } from './git-stage.ts';

const program = join(scratch, 'fetch.cjs');

beforeAll(async () => {
  await writeProgram(
    `import { fetchSource } from './wrappers/olm/source.ts';
    async function main() {
      const [spec, cache] = process.argv.slice(2);
      const source = await fetchSource(JSON.parse(spec), cache);
      process.stdout.write('listed\\n');
      await source.read(source.files.keys());
      process.stdout.write('read\\n');
    }
    main();`,
    program,
  );
});

describe.skipIf(quick)('a fetch that is killed', () => {
  it('at any moment leaves a cache that the next one can use', { timeout: 170_000 }, async () => {
    const { served, spec, cache, push } = await stage(overlay(300));
    const next = random(7);
    let killed = 0;
    let files = overlay(300);
    const started = performance.now();
    await new Promise(resolve =>
      spawn(process.execPath, [program, JSON.stringify(spec), `${cache}-whole`], { stdio: 'ignore' }).once(
        'close',
        resolve,
      ),
    );
    const whole = performance.now() - started;
    for (let round = 0; round < 24; round += 1) {
      const child = spawn(process.execPath, [program, JSON.stringify(spec), cache], { stdio: 'ignore' });
      const ended = new Promise<NodeJS.Signals | null>(resolve =>
        child.once('close', (_, signal) => resolve(signal)),
      );
      // with what was fetched before it takes about half as long
      const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.2 + next.below(500) / 1000));
      if ((await ended) === 'SIGKILL') killed += 1;
      clearTimeout(timer);
      const opened = await openSource(spec, cache);
      expect([undefined, 601, 603]).toContain(opened?.files.size);
      if (round % 3 !== 2) continue;
      const source = await fetchSource(spec, cache);
      expect(texts(await source.read(Object.keys(files)))).toEqual(files);
      files = overlay(300 + (round % 2), `${round}`);
      push(files, { date: 1_700_000_000 + round });
    }
    expect(killed).toBeGreaterThan(8);
    // what the killed ones had started ends by itself
    await sleep(200);
    const last = await fetchSource(spec, cache);
    expect(texts(await last.read(Object.keys(files)))).toEqual(files);
    await served.stop();
  });
});
