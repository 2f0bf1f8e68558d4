// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is bash
import { cpSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Closure, ClosurePackage } from '../../../portage/closure.ts';
import { filesBelow } from '../../../system/tree.ts';
import { materialise } from '../../../wrappers/olm/materialise.ts';
import { emerge, python, quick } from '../../kit/environment.ts';
import { overlaySource, writeOverlay } from '../../kit/overlay-source.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

let root: Root;
let location: string;
beforeAll(async () => {
  root = await makeRoot({
    ebuilds: { 'app-misc/mainly-1': {} },
    eclasses: { both: 'IUSE="main"\n', only: 'RDEPEND="main/only"\n' },
    overlays: { zz: {} },
    makeConf: { ACCEPT_LICENSE: '@ZZFREE', ACCEPT_KEYWORDS: 'amd64' },
  });
  location = join(root.directory, 'var/db/repos/zz');
});
afterAll(() => root?.remove());

const ebuild = (text = '') =>
  `EAPI=8\nDESCRIPTION="d"\nSLOT=0\nKEYWORDS="amd64"\nIUSE="one two three"\nLICENSE="ZZ"\n${text}\n`;

const overlay = {
  'app-misc/foo/foo-1.ebuild': ebuild('inherit both only'),
  'app-misc/foo/foo-2.ebuild': ebuild('inherit both'),
  'app-misc/foo/foo-3.ebuild': ebuild('KEYWORDS="~amd64"'),
  'app-misc/foo/foo-4.ebuild': ebuild('LICENSE="OTHER"'),
  'app-misc/foo/files/a.patch': 'patch',
  'app-misc/fetched/fetched-1.ebuild': ebuild('SRC_URI="mirror://zzmirror/${P}.tar.gz"'),
  'app-misc/fetched/Manifest': `DIST fetched-1.tar.gz 3 BLAKE2B ${'0'.repeat(128)} SHA512 ${'0'.repeat(128)}\n`,
  'zz-new/masked/masked-1.ebuild': ebuild(),
  'zz-new/masked/masked-2.ebuild': ebuild(),
  'app-misc/other/other-1.ebuild': ebuild(),
  'zz-none/other/other-1.ebuild': ebuild(),
  'eclass/both.eclass': 'IUSE="${IUSE} overlay"\nREQUIRED_USE="one? ( two )"\n',
  'eclass/unused.eclass': 'IUSE="unused"\n',
  'licenses/ZZ': 'zz\n',
  'metadata/layout.conf':
    'masters = testbed\nthin-manifests = true\nsign-manifests = false\ncache-formats = md5-dict\nprofile-formats = portage-2\n',
  'profiles/eapi': '8\n',
  'profiles/repo_name': 'zz\n',
  'profiles/categories': 'app-misc\nzz-new\nzz-none\n',
  'profiles/license_groups': 'ZZFREE ZZ\n',
  'profiles/thirdpartymirrors': 'zzmirror https://zz.invalid/files\n',
  'profiles/use.mask': 'three\n',
  'profiles/package.use.mask/10': '# c\napp-misc/foo -three one\napp-misc/other two\n',
  'profiles/package.use.force/sub/file': '<app-misc/foo-2 overlay\nx-x/y one\n',
  'profiles/package.use.stable.mask': 'app-misc/foo two\n',
  'profiles/package.mask/10-first':
    '# Somebody\n# A reason\n\n# Else (2026)\n# all of them\nx-x/y\nzz-new/masked\n',
  'profiles/package.mask/20-second':
    '-=zz-new/masked-2\n\n# one\n=app-misc/foo-2\n# café\n~app-misc/other-1\n',
  'profiles/package.use': 'app-misc/foo two\n',
};

const look = `
import json, sys, portage
from portage.package.ebuild.getmaskingreason import getmaskingreason
from portage.package.ebuild.getmaskingstatus import getmaskingstatus
tree = portage.db[portage.root]["porttree"].dbapi
where = tree.getRepositoryPath("zz")
result = {}
for cp in sys.argv[1:]:
    for cpv in tree.cp_list(cp, mytree=[where]):
        keys = sorted(tree._known_keys)
        settings = portage.config(clone=portage.settings)
        metadata = dict(zip(keys, tree.aux_get(cpv, keys, myrepo="zz")))
        metadata["repository"] = "zz"
        pkg = portage.versions._pkg_str(cpv, metadata=metadata, settings=settings, repo="zz")
        settings.setcpv(pkg, mydb=metadata)
        found = {
            "metadata": metadata,
            "status": getmaskingstatus(pkg, settings=settings, portdb=tree, myrepo="zz"),
            "two": "two" in settings["PORTAGE_USE"].split(),
            "reason": getmaskingreason(pkg, settings=settings, portdb=tree, myrepo="zz"),
            "usemask": sorted(settings._use_manager.getUseMask(pkg)),
            "useforce": sorted(settings._use_manager.getUseForce(pkg)),
            "use": settings["PORTAGE_USE"],
            "fetch": {name: sorted(uris) for name, uris in tree.getFetchMap(cpv, mytree=where).items()},
            "sizes": tree.getfetchsizes(cpv, myrepo="zz"),
            }
        result[cpv] = found
result["mirrors"] = portage.settings.thirdpartymirrors().get("zzmirror")
result["groups"] = sorted(portage.settings._license_manager._license_groups.get("ZZFREE", ()))
print(json.dumps(result, sort_keys=True, indent=1))
`;

async function view(cps: readonly string[]): Promise<string> {
  const answer = await root.run(python, ['-B', '-c', look, ...cps], { timeout: 60_000 });
  expect(answer.stderr.split('\n').filter(line => line.includes('Error'))).toEqual([]);
  expect(answer.exitCode).toBe(0);
  return answer.stdout;
}

const because = [{ kind: 'selected', text: 'x', file: 'f', line: 1 }] as const;

test.skipIf(quick)(
  'Portage sees copied packages as it does in the whole overlay',
  { timeout: 120_000 },
  async () => {
    rmSync(location, { recursive: true });
    writeOverlay(location, overlay);
    const tool = join(dirname(emerge), 'egencache');
    await root.run(tool, ['--update', '--repo', 'zz', '--tolerant'], { timeout: 60_000 });
    const cached = filesBelow(join(location, 'metadata/md5-cache'));
    expect(cached.length).toBe(9);
    const all = Object.fromEntries(
      filesBelow(location).map(path => [path, readFileSync(join(location, path))] as const),
    );
    const source = overlaySource('zz', all);
    const cps = ['app-misc/fetched', 'app-misc/foo', 'zz-new/masked'];
    const whole = await view(cps);
    expect(Object.keys(JSON.parse(whole)).length).toBe(9);
    expect(JSON.parse(whole)['zz-new/masked-1'].status).toEqual(['package.mask']);
    expect(JSON.parse(whole)['app-misc/foo-4'].status).not.toEqual([]);

    const packages = cps.map((cp): ClosurePackage => {
      const cpvs = cached.filter(path => path.startsWith(`${cp}-`));
      return { overlay: 'zz', cp, cpvs, whole: true, because };
    });
    const closure = {
      packages,
      eclasses: [{ overlay: 'zz', name: 'both', by: 'app-misc/foo-1' }],
      eclassFiles: [],
      licenses: [{ overlay: 'zz', name: 'ZZ' }],
      missing: [],
      unmatched: [],
      unknown: [],
    } as unknown as Closure;
    const local = { hasCategory: (name: string) => name === 'app-misc' };
    const { files } = await materialise(source, closure, local, { masters: ['testbed'] });
    renameSync(location, `${location}.whole`);
    writeOverlay(location, Object.fromEntries(files));
    expect(await view(cps)).toBe(whole);
    expect(Object.keys(JSON.parse(await view(['app-misc/other', 'zz-none/other'])))).toEqual([
      'groups',
      'mirrors',
    ]);

    // nothing that was copied can be left out: without it Portage sees something else
    for (const path of files.keys()) {
      if (!/^(?:profiles|eclass)\//.test(path) || path === 'profiles/eapi' || path === 'profiles/repo_name')
        continue;
      cpSync(join(location, path), join(root.directory, 'tmp/kept'));
      rmSync(join(location, path));
      const answer = await root.run(python, ['-B', '-c', look, ...cps], { timeout: 60_000 });
      expect(answer.stdout === whole, path).toBe(false);
      cpSync(join(root.directory, 'tmp/kept'), join(location, path));
    }
    expect(await view(cps)).toBe(whole);
  },
);
