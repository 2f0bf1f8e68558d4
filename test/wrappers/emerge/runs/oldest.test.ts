/** Real runs once more with the oldest Portage that is supported, in a vitest of their own: which emerge is one process's choice. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { oldestPortage, portageOfVersion } from '../../../../build/bootstrap.mjs';
import { noteReduced, portage, quick, top } from '../../../kit/environment.ts';

/** Words of the names of tests. */
const chosen = ['rebuilt for its slot', 'into another root', 'the backup', 'a slot rebuild'];
const files = [
  'test/wrappers/emerge/runs/kinds.test.ts',
  'test/wrappers/emerge/runs/resume.test.ts',
  'test/portage/edge-cases.test.ts',
];

function oldest(): string | undefined {
  try {
    return portageOfVersion(oldestPortage);
  } catch (error) {
    noteReduced(`no runs with Portage ${oldestPortage}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

if (quick) noteReduced(`no runs with Portage ${oldestPortage}`);
test.skipIf(quick || portage().version === oldestPortage)(
  `runs with Portage ${oldestPortage}`,
  async context => {
    const emerge = oldest();
    if (emerge === undefined) return context.skip();
    const { TUMPLINE_TEST_NOTES: _notes, ...environment } = process.env;
    const env = Object.fromEntries(
      Object.entries(environment).filter(([name]) => !name.startsWith('VITEST')),
    );
    const { all, stdout, exitCode } = await execa(
      join(top, 'node_modules/.bin/vitest'),
      ['run', '--maxWorkers=1', '--reporter=json', '-t', chosen.join('|'), ...files],
      {
        cwd: top,
        env: { ...env, TUMPLINE_TEST_EMERGE: emerge },
        extendEnv: false,
        reject: false,
        all: true,
        timeout: 400_000,
      },
    );
    expect(exitCode, all).toBe(0);
    const { numPassedTests, numFailedTests } = JSON.parse(stdout) as Record<string, number>;
    expect({ numPassedTests, numFailedTests }).toEqual({
      numPassedTests: chosen.length,
      numFailedTests: 0,
    });
  },
  420_000,
);
