// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the shell
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEmergeArguments } from '../../../portage/emerge-arguments.ts';
import { logLines, parseLogLine } from '../../../portage/files/emerge-log.ts';
import { parseMergeList } from '../../../portage/files/emerge-output.ts';
import { parseLayoutConf } from '../../../portage/files/layout-conf.ts';
import { parseMakeConf } from '../../../portage/files/make-conf.ts';
import { parseCacheEntry } from '../../../portage/files/md5-cache.ts';
import { parseMtimedb } from '../../../portage/files/mtimedb.ts';
import { parseOverlayList } from '../../../portage/files/overlay-list.ts';
import { parseOverlaysConf } from '../../../portage/files/overlays-conf.ts';
import { parseReposConf } from '../../../portage/files/repos-conf.ts';
import { parseRepositoriesXml } from '../../../portage/files/repositories-xml.ts';
import { installedPackage, parseVdbMetadata } from '../../../portage/files/vdb.ts';
import { quick, top } from '../../kit/environment.ts';
import { type Random, random } from '../../kit/random.ts';

const variables = { EPREFIX: '', EROOT: '/', PORTAGE_CONFIGROOT: '/', ROOT: '/' };
const pretended = join(top, 'test/portage/files/fixtures/pretend');

/** Name -> a sound sample, the reader, and how many sound things it finds. */
const formats: Record<string, readonly [string, (text: string) => number]> = {
  'md5-cache': [
    'EAPI=8\nSLOT=0/1\nDEPEND=a/b:= || ( c/d e/f )\n_eclasses_=a\td41d8cd98f00b204e9800998ecf8427e\n_md5_=d41d8cd98f00b204e9800998ecf8427e\n',
    text => parseCacheEntry(text).value.fields.size,
  ],
  'layout.conf': [
    'masters = gentoo\nthin-manifests = true\nprofile-formats = portage-2\nmanifest-hashes = BLAKE2B SHA512\n',
    text => parseLayoutConf(text).value.masters?.length ?? 0,
  ],
  'repos.conf': [
    '[DEFAULT]\nmain-repo = gentoo\n[gentoo]\nlocation = %(EPREFIX)s/var/db/repos/gentoo\nsync-type = git\naliases = a\n  b\n',
    text => parseReposConf([{ name: 'x', text }], variables).value.sections.length,
  ],
  'the list of olm': [
    '# mine\napp-misc/foo::guru # why\n>=a/b-1:0::kde\n*/*::x\n!a/b::c\n',
    text => parseOverlayList(text, 'f').selections.length,
  ],
  'overlays.conf': [
    'repositories = https://a.b/c\n[guru]\nsync-uri = https://d.e/f\nmasters = gentoo\n[kde]\nmirror = yes\n',
    text => parseOverlaysConf(text).sections.size,
  ],
  'repositories.xml': [
    '<?xml version="1.0"?>\n<repositories><!-- <repo> --><repo quality="core"><name>a</name><description lang="en">b &amp; c</description>\n<source type="git">https://d.e/f</source></repo></repositories>\n',
    text => parseRepositoriesXml(text)?.length ?? 0,
  ],
  'make.conf': [
    'CFLAGS="-O2 -pipe"\nCXXFLAGS="${CFLAGS}"\nsource "more"\nexport FEATURES=\'a b\' # c\nUSE="\\\n x -y"\n',
    text =>
      parseMakeConf(text, { source: path => (path === 'more' ? 'A=1\n' : undefined) }).value.variables.size,
  ],
  'a metadata file': [
    '#format=1\nSLOT=0\nUSE=a b\nRDEPEND=a/b\n#dir_mtime=5\n',
    text => parseVdbMetadata(text, 5n)?.size ?? 0,
  ],
  'a field of the VDB': [
    '0/1.2',
    text =>
      installedPackage(
        'a/b-1',
        new Map([
          ['SLOT', text],
          ['COUNTER', text],
          ['USE', text],
        ]),
      ).value.use.size,
  ],
  mtimedb: [
    '{"resume": {"mergelist": [["ebuild", "/", "a/b-1", "merge"]], "favorites": ["a/b"], "myopts": {"--ask": true}}, "version": "3"}',
    text => parseMtimedb(text).value.resume?.mergelist.length ?? 0,
  ],
  'emerge.log': [
    '1700000000: Started emerge on: x\n1700000000:  *** emerge --ask a/b\n1700000001:  >>> emerge (1 of 2) a/b-1 to /\n1700000002:  === (1 of 2) Merging (a/b-1::/x)\n',
    text => logLines()(text).filter(line => parseLogLine(line) !== undefined).length,
  ],
  'emerge arguments': [
    '-avuDN --jobs=4 --exclude a/b --with-bdeps y @world',
    text => parseEmergeArguments(text.split(' '), { defaultOpts: text }).targets.length,
  ],
  ...Object.fromEntries(
    readdirSync(pretended).map(name => [
      `the list of ${name}`,
      [
        readFileSync(join(pretended, name), 'utf8'),
        (text: string) => parseMergeList(text).value.length,
      ] as const,
    ]),
  ),
};

const damages: ((text: string, next: Random) => string)[] = [
  (text, next) => text.slice(0, next.below(text.length)),
  (text, next) => text.slice(next.below(text.length)),
  text => text.replaceAll('\n', '\r\n'),
  (text, next) => spliced(text, next, '\0'.repeat(1 + next.below(600))),
  (text, next) => spliced(text, next, '9'.repeat(1 + next.below(5_000))),
  (text, next) => text.replace(/\d+/g, digits => (next.chance(0.3) ? `${digits}${'0'.repeat(400)}` : digits)),
  (text, next) => Buffer.from(text, 'utf16le').subarray(next.below(2)).toString('utf8'),
  (text, next) =>
    Buffer.from(text)
      .map(byte => (next.chance(0.05) ? next.below(256) : byte))
      .toString(),
  (text, next) => Buffer.from(spliced(text, next, 'äöü'), 'latin1').toString('utf8'),
  (text, next) =>
    text
      .split('\n')
      .filter(() => next.chance(0.7))
      .join('\n') + text,
  (text, next) =>
    spliced(text, next, next.pick(['"', "'", '\\', '${', '%(', '[', '{', '(', '=', '\n=', '\n[', ' -'])),
  (text, next) => spliced(text, next, text),
];

function spliced(text: string, next: Random, piece: string): string {
  const at = next.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

describe.each(Object.entries(formats))('%s', (_, [sample, read]) => {
  it('is read when it is sound, and never throws when it is not', () => {
    const sound = read(sample);
    expect(sound).toBeGreaterThan(0);
    const next = random(4_711);
    const counts = Array.from({ length: quick ? 150 : 600 }, () => {
      let text = sample;
      for (let times = 1 + next.below(3); times > 0; times--) text = next.pick(damages)(text, next);
      return read(text);
    });
    expect(counts.every(count => Number.isInteger(count) && count >= 0)).toBe(true);
    // the damage is real
    expect(counts.some(count => count !== sound)).toBe(true);
  });

  it('is read in time, however long a line', () => {
    const pieces = [
      'a',
      ' ',
      '-',
      '9',
      '1.',
      '=',
      '"',
      '[',
      '(',
      '%(a)s',
      '$A',
      '\t',
      'a/',
      '::',
      '\\',
      '[1, ',
      'to /',
    ];
    for (const piece of pieces) {
      const long = piece.repeat(Math.ceil(30_000 / piece.length));
      for (const text of [long, sample.trimEnd() + long, sample.replace('a/', `a/${long}`)]) {
        const started = process.cpuUsage();
        read(text);
        const { user, system } = process.cpuUsage(started);
        expect(`${piece} ${user + system < 2_000_000}`).toBe(`${piece} true`);
      }
    }
  });
});

it('the longest lines of emerge.log and words of a command line are read in time', () => {
  const steps = [':', '(', ' (', '::/', 'a'].map(
    piece => `1700000000:  === (1 of 2) Compiling/Merging (${piece.repeat(500_000)}`,
  );
  const started = process.cpuUsage();
  for (const line of steps) parseLogLine(line);
  for (const letter of ['A', 'j', 'u', 'Z', '-']) parseEmergeArguments([`-${letter.repeat(130_000)}`]);
  const { user, system } = process.cpuUsage(started);
  expect(user + system).toBeLessThan(2_000_000);
});

it('a make.conf that doubles a value does not fill the memory', () => {
  const text = `A=xxxxxxxxxxxxxxxx\n${'A="$A$A"\n'.repeat(60)}`;
  const { value, problems } = parseMakeConf(text);
  expect(problems.length).toBeGreaterThan(0);
  expect(value.variables.get('A')?.length).toBeLessThan(1 << 26);
});
