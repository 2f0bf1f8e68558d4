/** Two emerges at once in one root: each shows its own list, or nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { rootWith } from '../../../testbed/kept-roots.ts';
import { sources } from '../terminal/stage.ts';
import { until } from '../terminal/tmux.ts';
import { completedIn, kept, merge, statesOf } from './kit.ts';

/** Takes until the file is there. */
const waits = (file: string) =>
  `src_compile() { local i; for i in {1..300}; do [[ -e "\${EPREFIX}/${file}" ]] && return; sleep 0.1; done; }`;

const ebuilds = {
  'app-misc/alpha-1': {},
  'app-misc/beta-1': { DEPEND: 'app-misc/alpha', phases: waits('go') },
  'app-misc/gamma-1': { DEPEND: 'app-misc/beta' },
  'app-misc/delta-1': { phases: waits('go') },
  'app-misc/epsilon-1': { DEPEND: 'app-misc/delta', fail: 'compile' },
};

if (quick) noteReduced('no two emerges at once that merge to their ends');
test.skipIf(quick).each(sources)(
  'two emerges at once, %s',
  async source => {
    const root = await rootWith({ observability: source === 'status socket', ebuilds });
    const built = (name: string) =>
      existsSync(join(root.directory, `var/tmp/portage/app-misc/${name}-1/.configured`));
    const first = merge(root, '--oneshot app-misc/gamma');
    await until('the first build', () => built('beta'));
    const second = merge(root, '--oneshot app-misc/epsilon');
    await until('the second build', () => built('delta'));
    await root.run('sh', ['-c', 'sleep 2; touch go'], { cwd: root.directory });
    const [one, two] = await Promise.all([first, second]);
    const debug = root.readText('tmp/debug') ?? '';
    expect([one.status, two.status], debug).toEqual([0, 1]);
    expect(one.output).not.toMatch(/delta|epsilon/);
    expect(two.output).not.toMatch(/alpha|beta|gamma/);
    expect(completedIn(one.log).toSorted()).toEqual(
      ['alpha', 'beta', 'delta', 'gamma'].map(name => `app-misc/${name}-1`),
    );
    const runs = kept(root).map(statesOf);
    const right = [
      { 'alpha-1': 'done', 'beta-1': 'done', 'gamma-1': 'done' },
      { 'delta-1': 'done', 'epsilon-1': 'failed' },
    ];
    // without the socket the second cannot be told from the first, and is not shown
    const shown = source === 'status socket' ? right : right.slice(0, 1);
    expect(
      runs.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      debug,
    ).toEqual(shown);
  },
  300_000,
);
