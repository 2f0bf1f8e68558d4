import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ownPlace } from '../../../wrappers/olm/overlay-uri.ts';
import { findOverlays } from '../../../wrappers/olm/overlays.ts';
import { top } from '../../kit/environment.ts';
import { serveText } from '../../kit/text-server.ts';

const list = readFileSync(join(top, 'test/portage/files/fixtures/repositories.xml'), 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'tumpline-overlays-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const overlayman = join(scratch, 'overlayman');
const cache = join(scratch, 'cache');
const desk = { overlayman, cache };
const repositories = join(scratch, 'repositories.xml');
writeFileSync(repositories, list);

function configure(text: string): void {
  mkdirSync(overlayman, { recursive: true });
  writeFileSync(join(overlayman, 'overlays.conf'), text);
}

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  configure(`repositories = ${repositories}\n`);
});

async function one(name: string) {
  const { specs, problems } = await findOverlays([name], desk);
  return specs.get(name) ?? problems.get(name);
}

const plain = { type: 'git', unmask: false, sets: false, origin: repositories };

describe('from the list', () => {
  test('the mirror with the cache, and where the signed branch is', async () => {
    expect(await one('mirrored')).toEqual({
      ...plain,
      name: 'mirrored',
      uri: 'https://github.com/gentoo-mirror/mirrored',
      upstream: 'https://git.example.org/mirrored.git',
      description: 'By people & for people <3 — "new" € &nbsp; &unknown;',
    });
    expect(await one('only-mirror')).toMatchObject({
      uri: 'https://github.com/gentoo-mirror/only-mirror.git',
    });
    expect(await one('only-mirror')).not.toHaveProperty('upstream');
  });

  test('https only, wherever it stands', async () => {
    expect(await one('ssh-first')).toEqual({
      ...plain,
      name: 'ssh-first',
      uri: 'https://git.example.org/ssh-first.git',
    });
    expect(await one('main')).toMatchObject({ uri: 'https://git.example.org/main.git' });
    expect(await one('plus-https')).toMatchObject({ uri: 'https://git.example.org/plus-https.git' });
  });

  test.each([
    ['only-ssh', 'git@git.example.org:people/only-ssh.git', true],
    ['only-git', 'git://git.example.org/only-git.git', true],
    ['only-http', 'http://git.example.org/only-http.git', true],
    ['only-rsync', 'rsync rsync://rsync.example.org/only-rsync', true],
    ['hg', 'mercurial https://hg.example.org/hg, cvs :pserver:anonymous@cvs.example.org:/cvs', false],
    ['transport', '--upload-pack=touch, https://user:word@git.example.org/transport.git', false],
  ])('%s is refused, and taken when the user writes it', async (name, shown, offered) => {
    expect(await one(name)).toMatchObject({
      code: 'refused',
      message: `${name}: listed with no https source of git, only ${shown}`,
      hint: offered
        ? `to take it nevertheless, in ${overlayman}/overlays.conf: [${name}] sync-uri = ${shown.replace('rsync rsync', 'rsync')}`
        : `olm search ${name}`,
    });
    if (!offered) return;
    const uri = shown.replace('rsync rsync', 'rsync');
    configure(`[${name}]\nsync-uri = ${uri}\n`);
    expect(await one(name)).toMatchObject({ uri, type: name === 'only-rsync' ? 'rsync' : 'git' });
  });

  test('no such overlay: the nearest name', async () => {
    expect(await one('miror')).toMatchObject({ code: 'missing', hint: 'olm search miror' });
    expect(await one('mirrord')).toMatchObject({
      code: 'missing',
      message: `mirrord: no such overlay in ${repositories}`,
      hint: '::mirrored',
    });
    for (const name of ['template', 'inside', 'sourceless', 'constructor'])
      expect(await one(name)).toMatchObject({ code: 'missing' });
  });
});

describe('overlays.conf', () => {
  const said = async (section: string, name = 'mirrored') => {
    configure(`repositories = ${repositories}\n[${name}]\n${section}\n`);
    return one(name);
  };

  test('mirror', async () => {
    const upstream = 'https://git.example.org/mirrored.git';
    expect(await said('mirror = no')).toMatchObject({ uri: upstream });
    expect(await said('mirror = no')).not.toHaveProperty('upstream');
    expect(await said('mirror = no', 'only-mirror')).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('mirror = no, but it is listed with no other source than https:'),
    });
    expect(await said('branch = dev')).toMatchObject({ uri: upstream, branch: 'dev' });
    expect(await said('mirror = yes', 'single')).toMatchObject({
      uri: 'https://github.com/gentoo-mirror/single',
      upstream: 'https://git.example.org/single.git',
    });
    expect(await said('mirror = https://m.example.org/x')).toMatchObject({
      uri: 'https://m.example.org/x',
      upstream,
    });
    expect(await said('mirror = ext::sh')).toMatchObject({ code: 'invalid' });
    expect(await said('sync-uri = /srv/x\nmirror = yes')).toMatchObject({ code: 'invalid' });
  });

  test('what it says comes first, and asks for no list', async () => {
    configure(
      'repositories = /nowhere\n[own]\nsync-uri = /srv/own/\nmasters = gentoo guru\nkey = own.asc\nunmask = yes\nsets = yes\n',
    );
    expect(await one('own')).toEqual({
      name: 'own',
      type: 'local',
      uri: '/srv/own',
      masters: ['gentoo', 'guru'],
      key: join(overlayman, 'own.asc'),
      unmask: true,
      sets: true,
      origin: join(overlayman, 'overlays.conf'),
    });
    const { specs, problems } = await findOverlays(['own', 'guru'], desk);
    expect([...specs.keys()]).toEqual(['own']);
    expect(problems.get('guru')).toMatchObject({ code: 'missing', message: '/nowhere: no such file' });
  });

  test('a section that cannot be read as it stands keeps its overlay back, and no other', async () => {
    configure(`repositories = ${repositories}\n[single]\nkeyy = x\n`);
    const { specs, problems } = await findOverlays(['single', 'silent'], desk);
    expect([...specs.keys()]).toEqual(['silent']);
    expect(problems.get('single')).toMatchObject({
      code: 'invalid',
      message: `${overlayman}/overlays.conf:3: 'keyy' is no option of an overlay`,
      hint: 'key = …',
    });
    configure(`repositories = ${repositories}\n[single\nkey = x\n`);
    expect((await findOverlays(['silent'], desk)).problems.get('silent')).toMatchObject({ code: 'invalid' });
    expect(await said('type = rsync')).toMatchObject({ code: 'invalid' });
    expect(await said('key = x\nupstream = -x')).toMatchObject({ code: 'invalid' });
  });

  test.each([
    ['https://example.org/x.git', 'git'],
    ['git+ssh://git@example.org/x', 'git'],
    ['git@example.org:me/x.git', 'git'],
    ['host:x', 'git'],
    ['file:///srv/x.git', 'git'],
    ['rsync://example.org/x', 'rsync'],
    ['/srv/x', 'local'],
    ['ext::sh -c id', undefined],
    ['ext::sh', undefined],
    ['fd::3', undefined],
    ['git+ext::x', undefined],
    ['-oProxyCommand=x', undefined],
    ['ftp://example.org/x', undefined],
    ['relative/path', undefined],
    ['https://', undefined],
    ['https://example.org/\u001b', undefined],
    ['https://example.org/$(id)', undefined],
    ['', undefined],
  ])('sync-uri = %s', (uri, type) => {
    const place = ownPlace(uri);
    expect(typeof place === 'string' ? undefined : place.type).toBe(type);
  });
});

describe('from a server', () => {
  test('asked once a day, and then by its tag; what is kept counts while it is away', async () => {
    const server = await serveText(list, { etag: '"one"' });
    try {
      configure(`repositories = ${server.url}\n`);
      await expect(findOverlays(['single'], { ...desk, offline: true })).resolves.toMatchObject({
        problems: new Map([['single', expect.objectContaining({ code: 'offline' })]]),
      });
      expect(await one('single')).toMatchObject({ name: 'single', origin: server.url });
      expect(await one('silent')).toMatchObject({ name: 'silent' });
      expect(server.answers).toEqual([200]);
      // a name that is not in what is kept asks again
      expect(await one('new')).toMatchObject({ code: 'missing' });
      expect(server.answers).toEqual([200, 304]);
      server.text = list.replaceAll('>silent<', '>new<');
      server.etag = '"two"';
      expect(await one('new')).toMatchObject({ name: 'new' });
      expect(server.answers).toEqual([200, 304, 200]);
      // a page of somebody else is no list
      server.text = '<html></html>';
      server.etag = '"three"';
      const { problems, notes } = await findOverlays(['new', 'newer'], desk);
      expect([...problems.keys()]).toEqual(['newer']);
      expect(notes).toEqual([
        expect.stringMatching(/is no list of overlays; the list of 20..-..-.. counts$/),
      ]);
    } finally {
      await server.stop();
    }
    const away = await findOverlays(['new', 'newer'], desk);
    expect([...away.specs.keys()]).toEqual(['new']);
    expect(away.notes).toEqual([expect.stringMatching(/^http:.*; the list of 20..-..-.. counts$/)]);
    expect((await findOverlays(['newer'], { ...desk, offline: true })).problems.get('newer')).toMatchObject({
      code: 'missing',
    });
    // a cache that was damaged is none
    const kept = join(cache, 'overlays.json');
    for (const damaged of [readFileSync(kept, 'utf8').slice(0, 400), '{"overlays":[null]}', 'null', '']) {
      writeFileSync(kept, damaged);
      expect((await findOverlays(['single'], desk)).problems.get('single')).toMatchObject({
        code: 'offline',
      });
    }
  });
});
