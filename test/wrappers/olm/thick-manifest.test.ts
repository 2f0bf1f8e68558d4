import { readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Closure } from '../../../portage/closure.ts';
import { filesBelow } from '../../../system/tree.ts';
import { materialise } from '../../../wrappers/olm/materialise.ts';
import { emerge, python, quick } from '../../kit/environment.ts';
import { overlaySource, writeOverlay } from '../../kit/overlay-source.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

let root: Root;
beforeAll(async () => {
  root = await makeRoot({ overlays: { zz: { layout: ['thin-manifests = false'] } } });
});
afterAll(() => root?.remove());

const check = `
import portage, sys
tree = portage.db[portage.settings['EROOT']]['porttree'].dbapi
path = tree.findname('app-misc/foo-2', myrepo='zz')
settings = portage.config(clone=portage.settings)
settings['O'] = path.rpartition('/')[0]
print(portage.digestcheck([], settings, strict=True, mf=tree.repositories['zz'].load_manifest(settings['O'], settings['DISTDIR'])))
`;

async function isSound(): Promise<boolean> {
  const answer = await root.run(python, ['-B', '-c', check], { timeout: 60_000 });
  expect(answer.exitCode).toBe(0);
  return answer.stdout.trim().endsWith('1');
}

test.skipIf(quick)('one version of a package with a thick Manifest passes the check of Portage', async () => {
  const location = join(root.directory, 'var/db/repos/zz');
  writeOverlay(location, {
    'app-misc/foo/foo-1.ebuild': 'EAPI=8\nSLOT=0\nDESCRIPTION=d\n',
    'app-misc/foo/foo-2.ebuild': 'EAPI=8\nSLOT=0\nDESCRIPTION=d\n',
    'app-misc/foo/files/a.patch': 'patch',
    'app-misc/foo/metadata.xml': '<pkgmetadata/>',
    'profiles/categories': 'app-misc\n',
  });
  const tool = join(dirname(emerge), 'ebuild');
  await root.run(tool, [join(location, 'app-misc/foo/foo-2.ebuild'), 'manifest'], { timeout: 60_000 });
  expect(readFileSync(join(location, 'app-misc/foo/Manifest'), 'utf8')).toMatch(/^AUX [\s\S]*^EBUILD foo-1/m);
  expect(await isSound()).toBe(true);
  const texts = Object.fromEntries(
    filesBelow(location).map(path => [path, readFileSync(join(location, path))]),
  );
  const cpvs = ['app-misc/foo-2'];
  const closure = {
    packages: [{ overlay: 'zz', cp: 'app-misc/foo', cpvs, whole: false, because: [] }],
    eclasses: [],
    eclassFiles: [],
    licenses: [],
  } as unknown as Closure;
  const local = { hasCategory: () => false };
  const { files } = await materialise(overlaySource('zz', texts), closure, local, { masters: ['testbed'] });
  renameSync(location, `${location}.whole`);
  writeOverlay(location, Object.fromEntries(files));
  expect(await isSound()).toBe(true);
  // what the Manifest names has to be there
  rmSync(join(location, 'app-misc/foo/foo-1.ebuild'));
  expect(await isSound()).toBe(false);
});
