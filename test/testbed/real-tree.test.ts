import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteReduced } from '../kit/environment.ts';
import { realOverlay, realTree } from './real-tree.ts';
import { resolveIn } from './resolver.ts';
import { makeRoot } from './root.ts';

const tree = realTree();
const overlay = realOverlay();
if (!tree) noteReduced('no repository of stubs: TUMPLINE_TEST_DATA has no main.tar.gz');

test.skipIf(!tree)('stubs keep EAPI, SLOT, KEYWORDS, IUSE and the five dependency classes', () => {
  const git = Object.keys(tree!.ebuilds).find(cpv => cpv.startsWith('dev-vcs/git-'))!;
  const stub = tree!.ebuilds[git]!;
  const entry = readFileSync(join(tree!.location, 'metadata/md5-cache', git), 'utf8');
  expect(stub.RDEPEND).toContain('dev-libs/openssl:=');
  expect(entry).toContain(`RDEPEND=${stub.RDEPEND}\n`);
  expect(entry).toContain(`IUSE=${stub.IUSE}\n`);
  expect(entry).not.toMatch(/^(SRC_URI|_eclasses_|INHERIT)=/m);
});

test.skipIf(!tree)(
  'Portage takes all metadata from the written cache, of the tree and of an overlay',
  async () => {
    const root = await makeRoot({
      repository: tree!,
      reposConf: `[guru]\nlocation = ${overlay!.location}\n`,
      portageConfig: { 'package.accept_keywords': '*/*::guru ~amd64\n' },
    });
    try {
      const curl = await resolveIn(root, ['--nodeps', 'net-misc/curl']);
      expect(curl.mergelist, curl.output).toMatchObject([{ repo: 'gentoo', type: 'ebuild' }]);
      expect(curl.output).not.toContain('!!!');
      const own = join(root.directory, 'var/cache/edb/dep');
      const made = existsSync(own) ? readdirSync(own, { recursive: true, withFileTypes: true }) : [];
      expect(made.filter(file => file.isFile())).toEqual([]);
      const guru = Object.keys(overlay!.ebuilds).find(cpv =>
        / ~?amd64/.test(` ${overlay!.ebuilds[cpv]!.KEYWORDS}`),
      )!;
      const found = await resolveIn(root, ['--nodeps', `=${guru}::guru`]);
      expect(found.mergelist, found.output).toMatchObject([{ cpv: guru, repo: 'guru' }]);
    } finally {
      root.remove();
    }
  },
);
