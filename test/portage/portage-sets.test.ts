import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { portageSetSections } from '../../portage/portage-sets.ts';
import { python } from '../kit/environment.ts';

test('every section of the real Portage is known', () => {
  const script = [
    'import configparser, portage.const as c',
    'parser = configparser.RawConfigParser()',
    'assert parser.read(c.EPREFIX + c.GLOBAL_CONFIG_PATH + "/sets/portage.conf", encoding="utf-8")',
    'print(*parser.sections())',
  ].join('\n');
  const { stdout, stderr, status } = spawnSync(python, ['-c', script], { encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const sections = stdout.trim().split(' ');
  expect(sections).toContain('world');
  expect(sections.filter(name => !portageSetSections.has(name))).toEqual([]);
});
