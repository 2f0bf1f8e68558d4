import { describe, expect, it } from 'vitest';
import { protocolsFor } from '../../../wrappers/olm/git-address.ts';
import { fetchSource, openSource } from '../../../wrappers/olm/source.ts';
import { sortFiles } from '../../../wrappers/olm/source-paths.ts';
import { quick } from '../../kit/environment.ts';
import { commitTreeId, git } from '../../kit/git-repository.ts';
import { scratch, specOf, stage, texts } from './git-stage.ts';

/** A tree object of any bytes: mode, name, id. */
function rawTree(origin: string, entries: readonly (readonly [string, string | Buffer, string])[]): string {
  const bytes = Buffer.concat(
    entries.flatMap(([mode, name, oid]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  );
  return git(origin, ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin'], { input: bytes });
}

describe('what an overlay may not hold', () => {
  it('leaves out links, submodules and odd names, and says so', async () => {
    const sound = {
      'app-misc/foo/foo-1.0_rc1-r1.ebuild': 'EAPI=8\n',
      'app-misc/foo/files/foo 1,2 (ä) [x].patch': 'a patch\n',
      'profiles/repo_name': 'toy\n',
      'x11-libs/gtk+/metadata.xml': '<pkgmetadata/>\n',
    };
    const { fetch, served } = await stage({
      ...sound,
      'app-misc/foo/foo-2.ebuild': { link: '../../../../etc/shadow' },
      'app-misc/mod': { commit: '1234567890123456789012345678901234567890' },
      'app-misc/bar/-rf': 'x',
      'app-misc/bar/a b.ebuild': 'x',
      'app-misc/bar/files/\u001b[31m': 'x',
      'app-misc/bar/files/\u202eevil': 'x',
      'app-misc/bar/files/back\\slash': 'x',
      'app-misc/bar/new\nline': 'x',
    });
    const source = await fetch();
    expect([...source.files.keys()].sort()).toEqual(Object.keys(sound).sort());
    expect(texts(await source.read(source.files.keys()))).toEqual(sound);
    expect(Object.fromEntries(source.refused.map(({ path, why }) => [path, why]))).toEqual({
      'app-misc/foo/foo-2.ebuild': 'a symbolic link',
      'app-misc/mod': 'a submodule',
      'app-misc/bar/-rf': 'the name begins with -',
      'app-misc/bar/a b.ebuild': 'odd characters in the name',
      'app-misc/bar/files/\\u001b[31m': 'control characters in the name',
      'app-misc/bar/files/\\u202eevil': 'control characters in the name',
      'app-misc/bar/files/back\\slash': 'control characters in the name',
      'app-misc/bar/new\\nline': 'control characters in the name',
    });
    await served.stop();
  });

  it('takes a link within a package, or within a directory, for a copy of the file', async () => {
    const plain = {
      'app-misc/foo/foo-9999.ebuild': 'EAPI=8\n',
      'app-misc/foo/files/1/x.patch': 'a patch\n',
      'app-misc/bar/bar-1.ebuild': 'EAPI=7\n',
      'eclass/x.eclass': '# an eclass\n',
    };
    const links = {
      'app-misc/foo/foo-1.ebuild': 'foo-9999.ebuild',
      'app-misc/foo/foo-2.ebuild': 'foo-1.ebuild',
      'app-misc/foo/files/2/x.patch': '../1/x.patch',
      'eclass/y.eclass': './x.eclass',
    };
    const wrong = {
      'app-misc/foo/foo-3.ebuild': '../bar/bar-1.ebuild',
      'app-misc/foo/foo-4.ebuild': 'foo-4.ebuild',
      'app-misc/foo/foo-5.ebuild': '/etc/passwd',
      'app-misc/foo/foo-6.ebuild': '../../../../../../etc/passwd',
      'app-misc/foo/foo-7.ebuild': 'files/../foo-8.ebuild',
      'app-misc/foo/files/3': '1',
      'app-misc/foo/files/4': '',
      'app-misc/foo/files/5': 'x'.repeat(2000),
      'eclass/z.eclass': '../app-misc/bar/bar-1.ebuild',
      top: 'app-misc/bar/bar-1.ebuild',
    };
    const linked = Object.entries({ ...links, ...wrong }).map(([path, link]) => [path, { link }]);
    const { fetch, cache, spec, served } = await stage({ ...plain, ...Object.fromEntries(linked) });
    const source = await fetch();
    expect([...source.files.keys()]).toEqual([...Object.keys(plain), ...Object.keys(links)].sort());
    expect(texts(await source.read(source.files.keys()))).toEqual({
      ...plain,
      'app-misc/foo/foo-1.ebuild': 'EAPI=8\n',
      'app-misc/foo/foo-2.ebuild': 'EAPI=8\n',
      'app-misc/foo/files/2/x.patch': 'a patch\n',
      'eclass/y.eclass': '# an eclass\n',
    });
    expect(source.refused.map(({ path }) => path).sort()).toEqual(Object.keys(wrong).sort());
    await served.stop();
    expect((await openSource(spec, cache))?.files).toEqual(source.files);
  });

  it.skipIf(quick)('takes nothing from a tree that no git would make', async () => {
    for (const name of ['..', '.', '.git', '.GIT', 'a/../../b', '/etc']) {
      const { fetch, origin, served } = await stage({ 'profiles/repo_name': 'toy\n' });
      const blob = git(origin, ['hash-object', '-w', '--stdin'], { input: 'evil\n' });
      const inner = rawTree(origin, [['100644', 'passwd', blob]]);
      const outer = rawTree(origin, [
        ['40000', name, inner],
        ['100644', 'zz', blob],
      ]);
      commitTreeId(origin, outer);
      const [names, code] = await fetch().then(
        source => [[...source.files.keys()], undefined],
        error => [[], error.code],
      );
      // git's own look at what it is given, or ours at the names
      if (code === undefined) expect(names, name).toEqual(['zz']);
      else expect(['corrupt', 'offline'], name).toContain(code);
      await served.stop();
    }
  });

  it('sorts names as bytes can come', () => {
    const oid = 'a'.repeat(40);
    const named = (rawPath: string, mode = '100644') => ({ rawPath, mode, oid });
    const { files, refused } = sortFiles(
      [
        'b',
        'a',
        'a/b',
        '../x',
        'x/./y',
        'x//y',
        '/x',
        '',
        'x/.Git/hooks/post-checkout',
        `c/p/files/${Buffer.from('ä').toString('latin1')}`,
        'c/p/files/\xff',
        'c/p/files/\x00',
        'c/p/files/\x7f',
        `${'x'.repeat(300)}`,
        'x'.repeat(200).concat('/').repeat(10),
        'b',
      ].map(path => named(path)),
    );
    expect([...files.keys()]).toEqual(['a/b', 'b', 'c/p/files/ä']);
    expect(refused).toHaveLength(13);
    expect(refused).toContainEqual({ path: 'a', why: 'two things of the same name' });
    expect(sortFiles([named('fifo', 'other')]).refused).toEqual([{ path: 'fifo', why: 'no ordinary file' }]);
  });
});

describe('addresses', () => {
  const refused = [
    '',
    '--upload-pack=touch /tmp/x',
    '-oProxyCommand=x',
    'ext::sh -c id',
    'ext::id',
    'fd::3',
    'file:///etc',
    '/etc',
    'transport::address',
    'ftp://example.org/x',
    'ftps://example.org/x',
    'git+https://example.org/x',
    'javascript://x',
    'constructor://x',
    'https:///etc/passwd',
    'https://',
    'ssh://-oProxyCommand=id/x',
    'ssh://git@-oProxyCommand=id/x',
    '-x:y',
    'host:-x',
    'relative/path',
    '../up',
    'https://example.org/a b',
    'https://example.org/a\nb',
    'https://example.org/\u001b[2J',
    'https://example.org/`id`',
    'host::x',
  ];
  const allowed = {
    'https://anongit.gentoo.org/git/repo/proj/guru.git': 'https',
    'http://example.org/x': 'http:https',
    'HTTPS://example.org/x': 'https',
    'git://example.org/x.git': 'git',
    'ssh://git@example.org:29418/x.git': 'ssh',
    'git+ssh://git@git.gentoo.org/repo/proj/guru.git': 'ssh',
    'git@github.com:gentoo/guru.git': 'ssh',
    'example.org:x/y.git': 'ssh',
    'https://user:secret@example.org/x': 'https',
  };

  it.each(refused)('are refused: %j', async uri => {
    const spec = specOf(uri, { origin: 'https://api.gentoo.org/overlays/repositories.xml' });
    expect(() => protocolsFor(spec, uri)).toThrow(expect.objectContaining({ code: 'refused' }));
    await expect(fetchSource(spec, `${scratch}/never`)).rejects.toMatchObject({ code: 'refused' });
  });

  it.each(Object.entries(allowed))('are taken: %s', (uri, protocols) => {
    expect(protocolsFor(specOf(uri), uri)).toBe(protocols);
  });

  it('takes a path of this machine from the user alone', () => {
    expect(protocolsFor(specOf('/srv/x', { origin: '/etc/overlayman/overlays.conf' }), '/srv/x')).toBe(
      'file',
    );
    const cached = specOf('/srv/x', { origin: '/var/cache/repositories.xml' });
    expect(() => protocolsFor(cached, '/srv/x')).toThrow(/may not name a path/);
  });

  it('does not tell passwords', async () => {
    const spec = specOf('http://larry:secret@127.0.0.1:9/x.git');
    await expect(fetchSource(spec, `${scratch}/never`)).rejects.toMatchObject({
      code: 'offline',
      message: expect.not.stringContaining('secret'),
    });
  });

  it.each(['-x', 'a..b', 'a b', 'a:b', '+a', 'refs/*', 'x.lock', 'a\nb', '', 'a@{1}'])(
    'refuses a branch called %j',
    async branch => {
      const spec = specOf('https://example.org/x', { branch });
      await expect(fetchSource(spec, `${scratch}/never`)).rejects.toMatchObject({ code: 'refused' });
    },
  );
});
