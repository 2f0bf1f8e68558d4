import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locate } from '../../../system/locate.ts';
import { configuredRepositories } from '../../../system/portage-configuration.ts';
import { profileInOverlay, profileStack } from '../../../wrappers/olm/profile-stack.ts';
import { emerge } from '../../kit/environment.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

let root: Root;
beforeAll(async () => {
  root = await makeRoot({ ebuilds: { 'a-b/c-1': {} }, overlays: { zz: {} } });
});
afterAll(() => root?.remove());

test('a profile in an overlay is found: itself, what it builds on, and when the overlay is gone', () => {
  const location = join(root.directory, 'var/db/repos/zz');
  const link = join(root.directory, 'etc/portage/make.profile');
  const inside = () => {
    const located = locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
    return profileInOverlay(profileStack(located, configuredRepositories(located)), 'zz', location);
  };
  expect(inside()).toBeUndefined();
  const own = join(root.directory, 'tmp/profile');
  mkdirSync(own, { recursive: true });
  mkdirSync(join(location, 'profiles/p'), { recursive: true });
  rmSync(link, { recursive: true });
  symlinkSync(own, link);
  expect(inside()).toBeUndefined();
  writeFileSync(join(own, 'parent'), '# c\nzz:p\n');
  expect(inside()).toBe(join(location, 'profiles/p'));
  rmSync(link);
  symlinkSync('../../var/db/repos/zz/profiles/p', link);
  expect(inside()).toBe(join(location, 'profiles/p'));
  renameSync(location, `${location}.gone`);
  expect(inside()).toBe(join(location, 'profiles/p'));
  rmSync(link);
  symlinkSync(own, link);
  expect(inside()).toBe('zz:p');
});
