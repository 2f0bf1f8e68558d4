/** As whom root has olm work. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { places } from '../../../system/places.ts';
import { ownerToBe } from '../../../wrappers/olm/as-owner.ts';
import { olmDesk } from '../../../wrappers/olm/desk.ts';
import { scratchFolder } from '../../testbed/scratch.ts';

const scratch = scratchFolder();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function named(user: string): string | undefined {
  const conf = join(scratch, 'etc/portage/repos.conf');
  mkdirSync(conf, { recursive: true });
  const lines = ['[guru]', `location = ${scratch}`, 'sync-type = olm', `sync-user = ${user}`];
  writeFileSync(join(conf, 'user.conf'), `${lines.join('\n')}\n`);
  const located = {
    eprefix: scratch,
    root: '/',
    configRoot: scratch,
    eroot: scratch,
    emerge: '',
    python: [],
  };
  const where = places({ eprefix: scratch, root: '/', configRoot: scratch }, {});
  return ownerToBe(olmDesk(located, where, { age: 14, uncached: 'no', keep: 3 }, { environment: {} }))?.name;
}

describe.skipIf(process.getuid?.() !== 0)('sync-user, when root calls', () => {
  test.each([
    ['nobody', 'nobody'],
    ['65534:root', 'nobody'],
    // root would start root, which would start root
    ['root', undefined],
    ['0', undefined],
    [':nogroup', undefined],
  ])('%s: %s', (user, name) => expect(named(user)).toBe(name));

  test.each(['absent-user', 'nobody:absent-group'])('%s is not there', user =>
    expect(() => named(user)).toThrow(`sync-user = ${user}: no such user or group`),
  );
});
