import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource } from '../../../wrappers/olm/source.ts';
import { quick } from '../../kit/environment.ts';
import { type CommitOptions, type Entry, git } from '../../kit/git-repository.ts';
import { makeKeyring } from '../../kit/openpgp.ts';
import { overlay, type Stage, scratch, stage, texts } from './git-stage.ts';

const ring = makeKeyring();
const larry = 'larry@example.org';
const mallory = 'mallory@example.org';
const signed = { sign: larry, gnupg: ring.gnupg };
let key = '';

beforeAll(() => {
  ring.make(larry);
  key = ring.publish(larry);
});
afterAll(() => ring.stop());

const files = overlay(3);

describe('an overlay with a key', () => {
  it('is taken when its commit is signed by it, and only then', async () => {
    const { fetch, push, commit, cache, spec, served } = await stage(files, { filter: true }, signed);
    expect((await fetch({ key })).revision).toBe(commit);
    push(overlay(4));
    await expect(fetch({ key })).rejects.toMatchObject({
      code: 'untrusted',
      message: expect.stringMatching(/^toy: [0-9a-f]{12}: it is not signed/),
      hint: `gpg --show-keys ${key}`,
    });
    const kept = await openSource({ ...spec, key }, cache);
    expect(kept?.revision).toBe(commit);
    expect(kept?.files.size).toBe(7);
    const next = push(overlay(5), signed);
    const source = await fetch({ key });
    expect(source.revision).toBe(next);
    expect(texts(await source.read(['profiles/repo_name']))).toEqual({ 'profiles/repo_name': 'toy\n' });
    await served.stop();
  });

  it.skipIf(quick)('is asked anew when the key is set later, or another one', async () => {
    const { fetch, cache, spec, commit, served } = await stage(files, { filter: true }, signed);
    ring.make(mallory);
    const other = ring.publish(mallory);
    expect((await fetch()).revision).toBe(commit);
    expect(await openSource({ ...spec, key }, cache)).toBeUndefined();
    await expect(fetch({ key: other })).rejects.toMatchObject({
      message: expect.stringContaining('signed by another key'),
    });
    expect((await fetch({ key })).revision).toBe(commit);
    const requests = served.requests().length;
    expect((await fetch({ key })).revision).toBe(commit);
    expect(served.requests().length - requests).toBe(2);
    expect(readdirSync(cache).sort()).toEqual(['from', 'git', 'trusted']);
    const both = join(scratch, 'both');
    mkdirSync(both);
    for (const address of [larry, mallory]) copyFileSync(ring.publish(address), join(both, address));
    expect((await fetch({ key: both })).revision).toBe(commit);
    await served.stop();
  });

  it.skipIf(quick)(
    'is not taken with a key that has expired or was revoked, or a changed commit',
    async () => {
      const old = 'old@example.org';
      ring.make(old, '20200101');
      const past = { sign: old, gnupg: ring.gnupg, gpg: ring.gpgOf('20200601'), date: 1_590_000_000 };
      const expired = await stage(files, { filter: true }, past);
      await expect(expired.fetch({ key: ring.publish(old) })).rejects.toMatchObject({
        message: expect.stringContaining('its key has expired'),
      });
      await expired.served.stop();

      const lost = 'lost@example.org';
      ring.make(lost);
      const revoked = await stage(files, { filter: true }, { ...signed, sign: lost });
      ring.revoke(lost);
      await expect(revoked.fetch({ key: ring.publish(lost) })).rejects.toMatchObject({
        message: expect.stringContaining('its key was revoked'),
      });
      await revoked.served.stop();

      const changed = await stage(files, { filter: true }, signed);
      const commit = git(changed.origin, ['cat-file', 'commit', changed.commit]);
      const tree = git(changed.origin, ['rev-parse', `${changed.commit}^{tree}`]);
      const other = git(changed.origin, ['mktree'], { input: '' });
      const forged = git(changed.origin, ['hash-object', '-t', 'commit', '-w', '--stdin'], {
        input: `${commit.replace(tree, other)}\n`,
      });
      git(changed.origin, ['update-ref', 'refs/heads/main', forged]);
      await expect(changed.fetch({ key })).rejects.toMatchObject({
        message: expect.stringContaining('its signature is wrong'),
      });
      await changed.served.stop();
    },
  );

  it.skipIf(quick)('says what is wrong with the key itself', async () => {
    const { fetch, served } = await stage(files);
    const rubbish = join(scratch, 'rubbish.asc');
    writeFileSync(rubbish, 'no key\n');
    await expect(fetch({ key: rubbish })).rejects.toMatchObject({ code: 'invalid' });
    await expect(fetch({ key: join(scratch, 'nowhere') })).rejects.toMatchObject({ code: 'missing' });
    await expect(fetch({ key: '/etc', type: 'local', uri: '/' })).rejects.toMatchObject({ code: 'refused' });
    await served.stop();
  });
});

const cache = {
  'metadata/md5-cache/app-misc/p0-1': 'EAPI=8\n',
  'metadata/pkg_desc_index': 'app-misc/p0 1: x\n',
};

/** A mirror's branch over a signed one: a merge, and on top of it what it generates. */
function mirror(made: Stage, content: Readonly<Record<string, Entry>>, options: CommitOptions = {}) {
  const { push } = made;
  const own = push(content, { ...signed, ...options, branch: 'signed' });
  const merge = push(content, { branch: 'main', parents: [made.commit, own] });
  return { own, head: push({ ...content, ...cache }, { branch: 'main', parents: [merge] }) };
}

describe('a mirror that adds the metadata cache', () => {
  it.skipIf(quick)('is taken when it merged what is signed, and changed nothing of it', async () => {
    const made = await stage({ 'profiles/repo_name': 'toy\n' });
    const { fetch, push, served } = made;
    const first = mirror(made, files);
    const source = await fetch({ key });
    expect(source.revision).toBe(first.head);
    expect([...source.files.keys()]).toContain('metadata/md5-cache/app-misc/p0-1');
    expect(texts(await source.read(source.files.keys()))).toEqual({ ...files, ...cache });

    for (const [what, wrong] of Object.entries({
      'app-misc/p0/p0-1.ebuild': { ...files, 'app-misc/p0/p0-1.ebuild': 'EAPI=8\nrm -rf /\n' },
      'app-misc/evil/evil-1.ebuild': { ...files, 'app-misc/evil/evil-1.ebuild': 'EAPI=8\n' },
      'app-misc/p1/Manifest': Object.fromEntries(
        Object.entries(files).filter(([path]) => path !== 'app-misc/p1/Manifest'),
      ),
      'metadata/layout.conf': { ...files, 'metadata/layout.conf': 'masters = evil\n' },
      'app-misc/p2/p2-1.ebuild': {
        ...files,
        'app-misc/p2/p2-1.ebuild': { executable: files['app-misc/p2/p2-1.ebuild']! },
      },
    })) {
      const merge = git(made.origin, ['rev-parse', `${first.head}^`]);
      push({ ...wrong, ...cache }, { branch: 'main', parents: [merge] });
      await expect(fetch({ key }), what).rejects.toMatchObject({
        code: 'untrusted',
        message: expect.stringContaining(
          `${first.own.slice(0, 12)}, which it may be made from, ${what} differs`,
        ),
      });
    }
    const second = mirror(made, overlay(4));
    expect((await fetch({ key })).revision).toBe(second.head);
    await served.stop();
  });

  it.skipIf(quick)('is taken by its upstream where it merges nothing', async () => {
    const made = await stage(files, { filter: true }, { ...signed, branch: 'main' });
    const copy = await stage({ ...files, ...cache });
    const upstream = made.spec.uri;
    await expect(copy.fetch({ key })).rejects.toMatchObject({ code: 'untrusted' });
    expect((await copy.fetch({ key, upstream })).revision).toBe(copy.commit);
    made.push(overlay(4), signed);
    copy.push({ ...files, ...cache, 'profiles/arch.list': 'evil\n' });
    await expect(copy.fetch({ key, upstream })).rejects.toMatchObject({ code: 'untrusted' });
    const late = copy.push({ ...overlay(4), ...cache });
    expect((await copy.fetch({ key, upstream })).revision).toBe(late);
    await made.served.stop();
    copy.push(files);
    await expect(copy.fetch({ key, upstream })).rejects.toMatchObject({ code: 'offline' });
    await copy.served.stop();
  });

  it.skipIf(quick)('that goes back to what was signed earlier is told of', async () => {
    const made = await stage({ 'profiles/repo_name': 'toy\n' });
    mirror(made, overlay(4), { date: 1_700_001_000 });
    expect((await made.fetch({ key })).notes).toEqual([]);
    mirror(made, files, { date: 1_700_000_500, parents: [] });
    expect((await made.fetch({ key })).notes).toEqual([
      expect.stringMatching(/^rewound: what is signed, [0-9a-f]{12}, is older/),
    ]);
    await made.served.stop();
  });
});
