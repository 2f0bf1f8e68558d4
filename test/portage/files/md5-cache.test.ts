import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCacheEntry, writeCacheEntry } from '../../../portage/files/md5-cache.ts';
import { noteReduced, quick, realData } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { random } from '../../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

/** The shape in which the cache of Portage answers. */
function asPortage(text: string, paths: boolean): unknown {
  const { value, problems } = parseCacheEntry(text);
  if (problems.length > 0) return null;
  const fields = Object.fromEntries([...value.fields].filter(([name]) => name !== 'INHERITED'));
  const eclasses = value.eclasses.map(({ name, directory, checksum }) => [
    name,
    paths ? [directory, checksum] : checksum,
  ]);
  return { ...fields, _md5_: value.md5, _eclasses_: Object.fromEntries(eclasses) };
}

const sum = 'd41d8cd98f00b204e9800998ecf8427e';
const entry = `DEFINED_PHASES=compile install
DEPEND=>=dev-libs/a-1:= ssl? ( dev-libs/b[x=] )
DESCRIPTION=An = in it, and ö
EAPI=8
INHERIT=multilib
IUSE=+ssl x
KEYWORDS=amd64 ~x86
SLOT=0/1.2
_eclasses_=eutils\t${sum}\tmultilib\t${sum}
_md5_=${sum}
`;

describe('md5-cache entries', () => {
  it.each([
    ['an entry', entry, false],
    ['one without eclasses', `EAPI=7\nSLOT=0\n_md5_=${sum}\n`, false],
    ['one of var/cache/edb/dep', `SLOT=0\n_eclasses_=a\t/var/db/eclass\t${sum}\n_md5_=${sum}\n`, true],
    ['a last line without its end', entry.trimEnd(), false],
    ['CRLF', entry.replaceAll('\n', '\r\n'), false],
    ['half a line', entry.slice(0, 40), false],
    ['a line without =', `SLOT=0\nrubbish\n_md5_=${sum}\n`, false],
    ['a key twice', `SLOT=0\nSLOT=1\n_md5_=${sum}\n`, false],
    ['an eclass without checksum', `SLOT=0\n_eclasses_=a\t${sum}\tb\n_md5_=${sum}\n`, false],
    ['an eclass with a wrong checksum', `SLOT=0\n_eclasses_=a\tzz\n_md5_=${sum}\n`, false],
  ])('reads %s as Portage does', async (_, text, paths) => {
    expect(asPortage(text, paths)).toEqual(await oracle.ask('cacheEntry', [text, paths]));
  });

  it('keeps what is sound of rubbish, and says what is not', () => {
    const spoilt = `EAPI=8\n\0\0\0\0\nno equals sign\n=value\nSLOT=0\nDEPEND=a/b \uFFFD c/d\n_md5_=beef\n_mtime_=${'9'.repeat(400)}\nRDEP`;
    const { value, problems } = parseCacheEntry(spoilt);
    expect([...value.fields.keys()]).toEqual(['EAPI', 'SLOT', 'DEPEND']);
    expect(value.md5).toBeUndefined();
    expect(value.mtime).toBeUndefined();
    expect(problems).toHaveLength(6);
  });

  it('never throws, whatever the bytes', () => {
    const next = random(5);
    for (let i = 0; i < 2_000; i++) {
      const bytes = Buffer.from(Array.from({ length: next.below(200) }, () => next.below(256)));
      const { value, problems } = parseCacheEntry(bytes.toString('utf8') + entry.slice(next.below(300)));
      expect(value.fields.size + problems.length + value.eclasses.length).toBeGreaterThanOrEqual(0);
    }
  });

  it('writes what egencache writes', async () => {
    const { value } = parseCacheEntry(entry.replace('INHERIT=multilib\n', ''));
    const theirs = await oracle.ask('writeCacheEntry', [
      Object.fromEntries(value.fields),
      value.eclasses.map(({ name, checksum }) => [name, checksum]),
      value.md5,
    ]);
    expect(writeCacheEntry(value)).toBe(theirs);
    expect(writeCacheEntry(parseCacheEntry(entry).value)).toBe(entry);
  });

  const data = realData();
  if (!data) noteReduced('md5-cache of real repositories: no data beside the project');
  it.skipIf(!data).each(['main', 'guru'])('reads and writes every entry of %s byte for byte', async name => {
    const directory = mkdtempSync(join(tmpdir(), 'md5-cache-'));
    try {
      execFileSync('tar', ['-xzf', join(data!, `${name}.tar.gz`), '-C', directory]);
      const texts = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter(file => file.isFile() && file.parentPath.includes('/metadata/md5-cache/'))
        .map(file => readFileSync(join(file.parentPath, file.name), 'utf8'));
      expect(texts.length).toBeGreaterThan(1_500);
      // GURU's cache, made by another tool, keeps empty values
      const full = texts.map(text => text.replace(/^\w+=\n/gm, ''));
      const changed = full.filter((text, at) => writeCacheEntry(parseCacheEntry(texts[at]!).value) !== text);
      expect(changed.slice(0, 2)).toEqual([]);
      const some = texts.filter((_, index) => index % (quick ? 40 : 4) === 0);
      const theirs = await oracle.askAll(
        'cacheEntry',
        some.map(text => [text, false]),
      );
      const wrong = some.filter((text, index) => !isDeepStrictEqual(asPortage(text, false), theirs[index]));
      expect(wrong.slice(0, 2).map(text => [text, parseCacheEntry(text).problems])).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
