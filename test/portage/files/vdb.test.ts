import { describe, expect, it } from 'vitest';
import {
  installedPackage,
  parseVdbMetadata,
  vdbFieldsOf,
  vdbMetadataStamp,
  writeVdbMetadata,
} from '../../../portage/files/vdb.ts';

const text = '#format=1\nDEPEND=a/b:0/1= c/d[x=,y]\nEAPI=8\nUSE=x y\nunknown line\n#dir_mtime=5\n';

describe('the metadata file of a package', () => {
  it('counts with the format and the stamp that Portage wants', () => {
    expect(parseVdbMetadata(text, 5n)?.get('DEPEND')).toBe('a/b:0/1= c/d[x=,y]');
    expect(parseVdbMetadata(text.replaceAll('\n', '\r\n'), 5n)?.get('EAPI')).toBe('8');
  });

  it.each<[string, string]>([
    ['a later change of the directory', text.replace('=5', '=6')],
    ['another format', text.replace('#format=1', '#format=2')],
    ['no format', text.replace('#format=1\n', '')],
    ['no stamp', text.replace('#dir_mtime=5\n', '')],
    ['half a stamp', text.slice(0, -3)],
    ['a stamp that is no number', text.replace('=5', '=x')],
    ['a huge stamp', text.replace('=5', `=${'9'.repeat(10_000)}`)],
    ['nothing', ''],
    ['NUL bytes', '\0'.repeat(500)],
  ])('does not count with %s', (_, spoilt) => expect(parseVdbMetadata(spoilt, 5n)).toBeUndefined());
});

describe('an installed package', () => {
  it('is made of its fields', () => {
    const fields = new Map([
      ...[
        ['EAPI', '8\n'],
        ['SLOT', '0/1.2\n'],
        ['repository', 'gentoo\n'],
        ['USE', 'a\n b\tc\n'],
      ],
      ...[
        ['IUSE', '+a -b d'],
        ['RDEPEND', 'x/y\n  z/w'],
        ['BUILD_TIME', '1700000000'],
        ['COUNTER', '17'],
      ],
    ] as [string, string][]);
    const { value, problems } = installedPackage('a/b-1', fields);
    expect(problems).toEqual([]);
    expect(value).toMatchObject({
      ...{
        cpv: 'a/b-1',
        eapi: '8',
        slot: '0',
        subslot: '1.2',
        repo: 'gentoo',
        rdepend: 'x/y z/w',
        depend: '',
      },
      ...{ use: new Set('abc'), iuse: new Set('abd'), buildTime: 1700000000, counter: 17 },
    });
    const written = new Map([...vdbFieldsOf(value)].map(([name, one]) => [name as string, one]));
    expect(installedPackage('a/b-1', written).value).toEqual(value);
    const file = writeVdbMetadata(written) + vdbMetadataStamp(9n);
    expect(installedPackage('a/b-1', parseVdbMetadata(file, 9n)!).value).toEqual(value);
  });

  it.each<[string, string, string[]]>([
    ['', '', ['0', '0']],
    ['8', '0/', ['0', '0']],
    ['8', '-1', ['0', '0']],
    ['4', '0/1', ['0', '0']],
    ['5', '0/1', ['0', '1']],
    ['8', '3', ['3', '3']],
    ['8', '\0', ['0', '0']],
  ])('with EAPI %j and SLOT %j has the slots %j', (eapi, slot, expected) => {
    const { value, problems } = installedPackage(
      'a/b-1',
      new Map([
        ['EAPI', eapi],
        ['SLOT', slot],
      ]),
    );
    expect([value.slot, value.subslot]).toEqual(expected);
    expect(problems.length > 0).toBe(expected[0] === '0' && expected[1] === '0');
  });

  it('drops numbers that are none', () => {
    const fields = new Map([
      ['SLOT', '0'],
      ['COUNTER', 'x'],
      ['BUILD_TIME', '9'.repeat(99)],
    ]);
    const { value, problems } = installedPackage('a/b-1', fields);
    expect(value).not.toHaveProperty('counter');
    expect(value).not.toHaveProperty('buildTime');
    expect(problems).toHaveLength(2);
  });
});
