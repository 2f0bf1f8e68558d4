import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disablePieces, enabledParts, enablePieces, enableState } from '../../system/enable/enable.ts';
import { addLine, dropLine, hasLine } from '../../system/enable/marked-line.ts';
import type { LinkPiece } from '../../system/enable/pieces.ts';
import { Fault } from '../../system/fault.ts';
import { quick } from '../kit/environment.ts';
import { treeOf } from '../kit/tree.ts';
import { faultOf, type Stage, stage } from './stage.ts';

describe('on and off', () => {
  test('every byte, mode and directory comes back, and the time of the file', async () => {
    const { directory, places, pieces, line, link, file } = stage('A="b"');
    chmodSync(line.path, 0o640);
    utimesSync(line.path, 1000, 1_600_000_000.25);
    const before = treeOf(directory);
    const deeds = await enablePieces(places, 'emerge', pieces);
    expect(deeds.map(({ what }) => what)).toEqual(['added', 'added', 'added']);
    expect(readlinkSync(link.path)).toBe(link.target);
    expect(readFileSync(line.path, 'utf8')).toBe(`A="b"\n${line.line}\n`);
    expect(statSync(line.path).mode & 0o777).toBe(0o640);
    expect(readFileSync(file.path, 'utf8')).toBe(file.text);
    expect(Object.keys(enabledParts(places))).toEqual(['emerge']);
    const enabled = treeOf(directory);
    const again = await enablePieces(places, 'emerge', pieces);
    expect(again.map(({ what }) => what)).toEqual(['present', 'present', 'present']);
    expect(treeOf(directory)).toEqual(enabled);
    expect(disablePieces(places, 'emerge', pieces).map(({ what }) => what)).toEqual([
      'removed',
      'removed',
      'removed',
    ]);
    expect(treeOf(directory)).toEqual(before);
    expect(statSync(line.path).mtimeMs).toBe(1_600_000_000_250);
    expect(disablePieces(places, 'emerge', pieces)).toEqual([]);
    expect(treeOf(directory)).toEqual(before);
  });

  test('a file that was not there goes again; one that is ours alone, but was there, stays', async () => {
    const none = stage();
    unlinkSync(none.line.path);
    const before = treeOf(none.directory);
    await enablePieces(none.places, 'emerge', [none.line]);
    expect(readFileSync(none.line.path, 'utf8')).toBe(`${none.line.line}\n`);
    disablePieces(none.places, 'emerge', [none.line]);
    expect(treeOf(none.directory)).toEqual(before);
    const empty = stage('');
    const emptyBefore = treeOf(empty.directory);
    await enablePieces(empty.places, 'emerge', [empty.line]);
    disablePieces(empty.places, 'emerge', [empty.line]);
    expect(treeOf(empty.directory)).toEqual(emptyBefore);
  });

  test('links are followed: the target changes, the link stays, a dangling one too', async () => {
    for (const dangling of [false, true]) {
      const { directory, places, line } = stage();
      unlinkSync(line.path);
      symlinkSync('../../shared/common.conf', line.path);
      mkdirSync(join(directory, 'shared'));
      if (!dangling) writeFileSync(join(directory, 'shared/common.conf'), 'Z=1\r\nQ=2\r\n');
      const before = treeOf(directory);
      await enablePieces(places, 'emerge', [line]);
      expect(lstatSync(line.path).isSymbolicLink()).toBe(true);
      const text = readFileSync(join(directory, 'shared/common.conf'), 'utf8');
      expect(text).toBe(dangling ? `${line.line}\n` : `Z=1\r\nQ=2\r\n${line.line}\r\n`);
      disablePieces(places, 'emerge', [line]);
      expect(treeOf(directory)).toEqual(before);
    }
  });

  test('what the user changed meanwhile stays as he left it', async () => {
    const { directory, places, pieces, line, link, file } = stage('A="b"');
    await enablePieces(places, 'emerge', pieces);
    writeFileSync(line.path, `B="c"\n${readFileSync(line.path, 'utf8')}C="d"`);
    unlinkSync(link.path);
    symlinkSync('/elsewhere', link.path);
    writeFileSync(file.path, 'mine');
    const what = disablePieces(places, 'emerge', pieces).map(deed => `${deed.kind} ${deed.what}`);
    expect(what).toEqual(['file left', 'line removed', 'link left']);
    expect(readFileSync(line.path, 'utf8')).toBe('B="c"\nA="b"\nC="d"');
    expect(readlinkSync(link.path)).toBe('/elsewhere');
    expect(readFileSync(file.path, 'utf8')).toBe('mine');
    expect(readdirSync(directory).sort()).toEqual(['etc', 'usr']);
    expect(enabledParts(places)).toEqual({});
  });

  test('a directory that two parts need goes with the last one', async () => {
    const { directory, places, link } = stage();
    const other: LinkPiece = { ...link, path: join(dirname(link.path), 'other') };
    const before = treeOf(directory);
    await enablePieces(places, 'one', [link]);
    await enablePieces(places, 'two', [other]);
    disablePieces(places, 'one', [link]);
    expect(readdirSync(dirname(link.path))).toEqual(['other']);
    disablePieces(places, 'two', [other]);
    expect(treeOf(directory)).toEqual(before);
  });

  test('a piece can go while the part stays on', async () => {
    const { places, pieces, line } = stage();
    await enablePieces(places, 'emerge', pieces);
    const deeds = disablePieces(places, 'emerge', [line], piece => piece.kind === 'line');
    expect(deeds).toEqual([{ what: 'removed', kind: 'line', path: line.path }]);
    expect(enabledParts(places)['emerge']?.map(({ kind }) => kind)).toEqual(['link', 'file']);
  });
});

describe('texts of ours', () => {
  test('earlier ones are renewed in their place, and go with the part', async () => {
    const { directory, places, line, file, link, pieces } = stage(`A=1\nX=y # ours: old\nB=2\n`);
    mkdirSync(dirname(file.path));
    writeFileSync(file.path, 'alt\n');
    await enablePieces(places, 'emerge', [{ ...link, target: '/old/place/emerge' }]);
    const deeds = await enablePieces(places, 'emerge', pieces);
    expect(deeds.map(({ what }) => what)).toEqual(['upgraded', 'upgraded', 'upgraded']);
    expect(readFileSync(line.path, 'utf8')).toBe(`A=1\n${line.line}\nB=2\n`);
    expect(readlinkSync(link.path)).toBe(link.target);
    disablePieces(places, 'emerge', pieces);
    expect(readFileSync(line.path, 'utf8')).toBe('A=1\nB=2\n');
    expect(treeOf(directory).some(row => /zz|emerge|state/.test(row))).toBe(false);
  });

  test('are known without a record', async () => {
    const { directory, places, pieces } = stage('A="b"\n');
    const before = treeOf(directory, ['var', 'usr/local', 'etc/portage/d']);
    await enablePieces(places, 'emerge', pieces);
    rmSync(join(directory, 'var'), { recursive: true });
    expect(disablePieces(places, 'emerge', pieces).map(({ what }) => what)).toEqual([
      'removed',
      'removed',
      'removed',
    ]);
    expect(treeOf(directory, ['usr/local', 'etc/portage/d'])).toEqual(before);
  });

  test('a record that cannot be read is a Fault, not a guess', async () => {
    const { places, pieces } = stage();
    mkdirSync(enableState(places), { recursive: true });
    for (const text of [
      '',
      '{}',
      '{"schema":"tumpline.enable.state/1","parts":{"emerge":[{"kind":"link"}]},"directories":[]}',
    ]) {
      writeFileSync(join(enableState(places), 'state.json'), text);
      expect(await faultOf(() => enablePieces(places, 'emerge', pieces))).toMatchObject({ code: 'invalid' });
      expect(() => disablePieces(places, 'emerge', pieces)).toThrow(Fault);
    }
  });
});

describe('somebody else’s', () => {
  const ways: [string, (stage: Stage) => void, RegExp][] = [
    [
      'file in the way of the link',
      ({ link }) => writeFileSync(link.path, 'mine'),
      /emerge: is a file that tumpline did not put/,
    ],
    ['directory in the way', ({ link }) => mkdirSync(link.path), /is a directory that/],
    ['link in the way', ({ link }) => symlinkSync('/bin/true', link.path), /is a link to \/bin\/true that/],
    [
      'dangling link in the way',
      ({ link }) => symlinkSync('nowhere', link.path),
      /is a link to nowhere that/,
    ],
    [
      'line with our mark',
      ({ line }) => writeFileSync(line.path, 'A=1\nX="z" # ours: edited\n'),
      /line 2 carries the mark/,
    ],
    [
      'directory where the file should be',
      ({ line }) => {
        unlinkSync(line.path);
        mkdirSync(line.path);
      },
      /is a directory/,
    ],
    [
      'file of the same name',
      ({ file }) => {
        mkdirSync(dirname(file.path));
        writeFileSync(file.path, 'mine');
      },
      /zz: is a file that/,
    ],
  ];
  test.each(ways)('%s: refused, nothing is changed', async (_, prepare, message) => {
    const made = stage();
    mkdirSync(dirname(made.link.path), { recursive: true });
    prepare(made);
    const before = treeOf(made.directory);
    const fault = await faultOf(() => enablePieces(made.places, 'emerge', made.pieces));
    expect(fault.code).toBe('refused');
    expect(fault.message).toMatch(message);
    expect(fault.hint).toMatch(/^(mv |add by hand: X=|put in its place: X=|put into it by hand: neü)/);
    expect(treeOf(made.directory)).toEqual(before);
  });
});

describe('the marked line', () => {
  const line = 'F="g"  # ours: x';
  test('any text with the line added and dropped is the same text', () => {
    const part = fc.constantFrom(
      'a=1',
      '\n',
      '\r\n',
      '\r',
      '\\',
      '"',
      '#',
      ' ',
      'ü'.repeat(3),
      line.slice(0, -1),
    );
    const texts = fc.oneof(
      fc.array(part, { maxLength: 20 }).map(parts => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, text => {
        const bytes = Buffer.from(text).toString('latin1');
        const added = addLine(bytes, line);
        expect(hasLine(added.text, [line])).toBe(true);
        const dropped = dropLine(added.text, [line]);
        expect(dropped.endsWith(added.joint)).toBe(true);
        expect(added.joint === '' ? dropped : dropped.slice(0, -added.joint.length)).toBe(bytes);
      }),
      { numRuns: quick ? 500 : 3000 },
    );
  });
});
