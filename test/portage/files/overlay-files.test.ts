import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOverlaysConf } from '../../../portage/files/overlays-conf.ts';
import { parseRepositoriesXml } from '../../../portage/files/repositories-xml.ts';
import { quick, top } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';

const text = readFileSync(join(top, 'test/portage/files/fixtures/repositories.xml'), 'utf8');

describe('repositories.xml', () => {
  const overlays = parseRepositoriesXml(text) ?? [];
  const named = (name: string) => overlays.find(overlay => overlay.name === name);

  test('every overlay once, and nothing out of comments and CDATA', () => {
    expect(overlays.map(({ name }) => name)).toEqual([
      'main',
      'mirrored',
      'single',
      'silent',
      'ssh-first',
      'only-ssh',
      'only-git',
      'only-http',
      'plus-https',
      'only-rsync',
      'hg',
      'only-mirror',
      'transport',
      '__proto__',
    ]);
  });

  test('one and several elements alike', () => {
    expect(named('single')).toEqual({
      name: 'single',
      description: 'No language said',
      quality: 'experimental',
      status: 'unofficial',
      sources: [{ type: 'git', uri: 'https://git.example.org/single.git' }],
    });
    expect(named('mirrored')).toMatchObject({
      description: 'By people & for people <3 — "new" € &nbsp; &unknown;',
      homepage: 'https://example.org/mirrored?a=1&b=2',
      status: 'official',
    });
    expect(named('mirrored')?.sources).toHaveLength(5);
    expect(named('silent')?.description).toBeUndefined();
    expect(named('ssh-first')?.description).toBeUndefined();
    // a URI with a blank in it is none
    expect(named('transport')?.sources).toHaveLength(2);
  });

  test.each([
    ['a page', '<!doctype html><html><body>Log in</body></html>'],
    ['nothing', ''],
    ['no XML', 'repositories'],
    ['another root', '<?xml version="1.0"?><repos/>'],
    ['the half of it', text.slice(0, text.length / 2)],
    ['all but the end', text.trimEnd().slice(0, -5)],
  ])('%s is no list', (_, wrong) => {
    expect(parseRepositoriesXml(wrong)).toBeUndefined();
  });

  test('nothing that was cut short is a list', () => {
    const end = text.indexOf('</repositories>') + '</repositories>'.length;
    const next = random(3);
    for (let round = 0; round < (quick ? 20 : 200); round += 1)
      expect(parseRepositoriesXml(text.slice(0, next.below(end)))).toBeUndefined();
  });

  test('an empty list is a list', () => {
    expect(parseRepositoriesXml('<repositories></repositories>')).toEqual([]);
    expect(parseRepositoriesXml('<repositories>\n<!-- none --></repositories>')).toEqual([]);
  });

  test('entities of its own are not expanded', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE repositories [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<repositories><repo><name>x</name><description>&b;</description><source type="git">https://x.y/z</source></repo></repositories>`;
    expect(parseRepositoriesXml(bomb)?.[0]?.description ?? '&b;').toBe('&b;');
  });
});

describe('overlays.conf', () => {
  test('all that it may say', () => {
    const conf = parseOverlaysConf(`\uFEFF# where
repositories = /srv/list.xml
[guru]\r
sync-uri = https://example.org/guru.git?a=b#c
  branch=dev
mirror = no
masters = gentoo other
key = keys/guru.asc
upstream = https://example.org/u
unmask = yes
sets = on
; nothing
[kde]
type = rsync
mirror = https://example.org/mirror
`);
    expect(conf.problems).toEqual([]);
    expect(conf.repositories).toBe('/srv/list.xml');
    expect(Object.fromEntries(conf.sections)).toEqual({
      guru: {
        line: 3,
        syncUri: 'https://example.org/guru.git?a=b#c',
        branch: 'dev',
        mirror: false,
        masters: ['gentoo', 'other'],
        key: 'keys/guru.asc',
        upstream: 'https://example.org/u',
        unmask: true,
        sets: true,
      },
      kde: { line: 13, type: 'rsync', mirror: 'https://example.org/mirror' },
    });
  });

  test.each([
    ['[guru]\nkeyy = x', "'keyy' is no option of an overlay", 2, 'guru'],
    ['[guru]\ntype = svn', "type takes git, rsync or local, not 'svn'", 2, 'guru'],
    ['[guru]\nunmask = perhaps', "unmask takes yes or no, not 'perhaps'", 2, 'guru'],
    ['[guru]\nkey =', "key takes the path of an OpenPGP key, not ''", 2, 'guru'],
    [
      '[guru]\nbranch = --upload-pack=x',
      "branch takes the name of a branch, not '--upload-pack=x'",
      2,
      'guru',
    ],
    ['[guru]\nsync-uri = a b', "sync-uri takes a URI or an absolute path, not 'a b'", 2, 'guru'],
    ['[guru]\nbranch = a\nbranch = b', "'branch' is there a second time", 3, 'guru'],
    ['[guru]\n[kde]\n[guru]', '[guru] is there a second time', 3, 'guru'],
    ['[guru]\nwhat', "'what' is not name = value", 2, 'guru'],
    ['[guru\nkey = x', "'[guru' is not the name of an overlay in brackets", 1, undefined],
    ['[../x]', "'[../x]' is not the name of an overlay in brackets", 1, undefined],
    [
      'mirror = yes',
      "'mirror' stands before any [overlay], where only 'repositories = URL' may stand",
      1,
      undefined,
    ],
  ])('%j', (text, what, line, section) => {
    expect(parseOverlaysConf(text).problems).toEqual([
      { line, what, ...(section === undefined ? {} : { section }) },
    ]);
  });
});
