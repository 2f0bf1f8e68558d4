/** The region is gone before emerge says how it went, and long before it has left. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { rootWith } from '../../../testbed/kept-roots.ts';
import { sources } from '../terminal/stage.ts';
import { expectTrue, merge, statesOf } from './kit.ts';

/** What the painter takes its region away with. */
const marginsReset = '\x1b[r';

if (quick) noteReduced('the end of the region is not looked for while emerge still works');
test.skipIf(quick).each(sources)(
  'gone while emerge does its last work: %s',
  async source => {
    const root = await rootWith({
      observability: source === 'status socket',
      ebuilds: {
        // without a merge emerge calls no hook
        'app-misc/fine-1': {},
        'app-misc/broken-1': { DEPEND: 'app-misc/fine', fail: 'compile' },
        'app-misc/needs-1': { DEPEND: 'app-misc/broken' },
      },
    });
    const hooks = join(root.directory, 'etc/portage/bin');
    mkdirSync(hooks, { recursive: true });
    const hook = join(hooks, 'post_emerge');
    writeFileSync(hook, '#!/bin/sh\necho hook begins\nsleep 4\necho hook ends\n');
    chmodSync(hook, 0o755);
    const run = await merge(root, '--verbose app-misc/needs');
    const told = `${run.output}\n${root.readText('tmp/debug')}`;
    const place = (text: string) => run.output.lastIndexOf(text);
    expect(place('hook begins'), told).toBeGreaterThan(0);
    expect(place(marginsReset), told).toBeGreaterThan(0);
    expect(place(marginsReset), told).toBeLessThan(place('hook ends'));
    expectTrue(root, run);
    expect(statesOf(run.kept!)).toEqual({ 'fine-1': 'done', 'broken-1': 'failed', 'needs-1': 'waiting' });
    expect(run.kept!.run.exit).toBe(1);
    expect(run.output).toContain('compile fails as declared');
  },
  300_000,
);
