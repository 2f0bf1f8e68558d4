import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { vdbFieldsOf, writeVdbMetadata } from '../../portage/files/vdb.ts';
import { installedCpvs, readAllInstalled, readInstalled } from '../../system/vdb.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { writeInstalled } from '../testbed/installed.ts';
import { makeRoot } from '../testbed/root.ts';

let oracle: Oracle;
let vdb: string;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());
beforeEach(() => {
  vdb = mkdtempSync(join(tmpdir(), 'vdb-'));
});
afterEach(() => rmSync(vdb, { recursive: true }));

const fields = {
  SLOT: '0/2',
  IUSE: '+x y',
  USE: 'x amd64',
  RDEPEND: 'dev-libs/lib:0/1=',
  BUILD_TIME: '1700000000',
};

function install(cpv: string, form: 'files' | 'both' | 'metadata', counter = 1): void {
  writeInstalled(vdb, cpv, fields, { repository: 'main', counter, form });
}

describe('the VDB', () => {
  it.each(['files', 'both', 'metadata'] as const)('is read alike: %s', async form => {
    install('app-misc/a-1', form);
    expect(await readInstalled(vdb, 'app-misc/a-1')).toMatchObject({
      ...{ cpv: 'app-misc/a-1', eapi: '8', slot: '0', subslot: '2', repo: 'main', counter: 1 },
      ...{ use: new Set(['x', 'amd64']), iuse: new Set('xy'), rdepend: 'dev-libs/lib:0/1=', bdepend: '' },
    });
    expect(await readAllInstalled(vdb)).toEqual([await readInstalled(vdb, 'app-misc/a-1')]);
  });

  it('prefers the metadata file while it is fresh, and the single files when it is stale', async () => {
    install('app-misc/a-1', 'both');
    const path = join(vdb, 'app-misc/a-1');
    // writing into an existing file leaves the time of the directory
    writeFileSync(join(path, 'SLOT'), '7\n');
    expect((await readInstalled(vdb, 'app-misc/a-1'))?.slot).toBe('0');
    writeFileSync(join(path, 'NEW'), '');
    expect((await readInstalled(vdb, 'app-misc/a-1'))?.slot).toBe('7');
    // as Portage does
    expect(await oracle.ask('readVdbMetadata', [join(path, 'metadata')])).toBeNull();
  });

  it('reads the file that Portage makes, and writes one that Portage reads', async () => {
    install('app-misc/a-1', 'files');
    const path = join(vdb, 'app-misc/a-1');
    const before = (await readInstalled(vdb, 'app-misc/a-1'))!;
    await oracle.ask('writeVdbMetadata', [path]);
    rmSync(join(path, 'SLOT'));
    expect((await readInstalled(vdb, 'app-misc/a-1'))?.slot).toBe('0');
    install('app-misc/a-1', 'files');
    rmSync(join(path, 'metadata'));
    await oracle.ask('writeVdbMetadata', [path]);
    expect(await readInstalled(vdb, 'app-misc/a-1')).toEqual(before);
    writeFileSync(join(path, 'metadata'), writeVdbMetadata(vdbFieldsOf(before)));
    appendFileSync(join(path, 'metadata'), `#dir_mtime=${statSync(path, { bigint: true }).mtimeNs}\n`);
    expect(await oracle.ask('readVdbMetadata', [join(path, 'metadata')])).toEqual(
      Object.fromEntries(vdbFieldsOf(before)),
    );
  });

  it('passes over rubbish', async () => {
    install('app-misc/a-1', 'files');
    install('app-misc/b-2', 'metadata');
    cpSync(join(vdb, 'app-misc/a-1'), join(vdb, 'app-misc/-MERGING-c-1'), { recursive: true });
    cpSync(join(vdb, 'app-misc/a-1'), join(vdb, 'app-misc/a'), { recursive: true });
    mkdirSync(join(vdb, 'app-misc/empty-1'));
    mkdirSync(join(vdb, 'app-misc/odd-1/SLOT'), { recursive: true });
    mkdirSync(join(vdb, 'lost+found/x-1'), { recursive: true });
    mkdirSync(join(vdb, '.cache/x-1'), { recursive: true });
    writeFileSync(join(vdb, 'app-misc/file-1'), '');
    writeFileSync(join(vdb, 'app-misc/.a-1.portage_lockfile'), '');
    writeFileSync(join(vdb, 'world'), '');
    symlinkSync('nowhere', join(vdb, 'app-misc/link-1'));
    mkdirSync(join(vdb, 'app-misc/cut-1'));
    writeFileSync(join(vdb, 'app-misc/cut-1/metadata'), '#format=1\nSLOT=0\nRDEP');
    mkdirSync(join(vdb, 'app-misc/nul-1'));
    writeFileSync(join(vdb, 'app-misc/nul-1/SLOT'), Buffer.alloc(5000));
    writeFileSync(join(vdb, 'app-misc/nul-1/RDEPEND'), Buffer.from([0xff, 0xfe, 0x61, 0x0a]));
    const found = await readAllInstalled(vdb);
    expect(found.map(({ cpv }) => cpv)).toEqual(['app-misc/a-1', 'app-misc/b-2', 'app-misc/nul-1']);
    expect(found[2]?.slot).toBe('0');
    expect(await installedCpvs(vdb)).toEqual(expect.arrayContaining(['app-misc/a-1', 'app-misc/b-2']));
    expect(await installedCpvs(vdb)).not.toContain('app-misc/-MERGING-c-1');
    expect(await readAllInstalled(join(vdb, 'nowhere'))).toEqual([]);
    for (const wrong of ['../../etc-1', 'a/../../b-1', 'app-misc/a', '', 'app-misc/none-1'])
      expect(await readInstalled(vdb, wrong)).toBeUndefined();
  });

  it('reads what a real merge writes', async () => {
    const root = await makeRoot({
      ebuilds: {
        'app-misc/a-1': { SLOT: '3/4', IUSE: '+x', RDEPEND: 'app-misc/b:=' },
        'app-misc/b-1': { SLOT: '0/7' },
      },
    });
    try {
      expect((await root.emerge(['-q', 'app-misc/a'])).exitCode).toBe(0);
      const directory = join(root.directory, 'var/db/pkg');
      expect(await installedCpvs(directory)).toEqual(['app-misc/a-1', 'app-misc/b-1']);
      const [a, b] = await readAllInstalled(directory);
      expect(a).toMatchObject({ slot: '3', subslot: '4', rdepend: 'app-misc/b:0/7=', repo: 'testbed' });
      expect(a?.use.has('x')).toBe(true);
      expect(a?.counter).toBeGreaterThan(b!.counter!);
    } finally {
      root.remove();
    }
  });
});
