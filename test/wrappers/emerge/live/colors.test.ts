import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseColorMap } from '../../../../portage/files/color-map.ts';
import { paletteOf, portageColors } from '../../../../wrappers/emerge/live/colors.ts';
import { portagePalette } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { plain, smallInput } from '../picture/sample.ts';

it('is our own palette where Portage is left as it comes', () => {
  expect(paletteOf(parseColorMap('').value)).toEqual(portagePalette);
});

it('follows classes and redefined colours', () => {
  const map = parseColorMap(
    'GOOD = bold blue bg_lightgray\nPKG_MERGE = 38;5;208m\nturquoise = white\n',
  ).value;
  const palette = paletteOf(map);
  expect(palette).toEqual({
    ...portagePalette,
    running: '01;34;01;47',
    wall: '38;5;208',
    heavy: '38;5;208',
    elapsed: '37;01',
  });
  const input = smallInput('a\nb: a', 'b', { columns: 80, rows: 6 });
  const frame = drawFrame({ ...input, palette, style: { unicode: true, color: true } });
  const text = frame.lines.join('\n');
  expect(text).toContain('\x1b[01;34;01;47mb-1\x1b[0m');
  expect(text).toContain('\x1b[38;5;208m━');
  expect(plain(frame)).toBe(plain(drawFrame(input)));
});

it('reads the file below the configuration root, and does without it', () => {
  const portageConfiguration = mkdtempSync(join(tmpdir(), 'colors-'));
  onTestFinished(() => rmSync(portageConfiguration, { recursive: true }));
  expect(portageColors({ portageConfiguration })).toEqual(portagePalette);
  writeFileSync(join(portageConfiguration, 'color.map'), 'BAD = fuchsia # no\nNONE = x\n');
  expect(portageColors({ portageConfiguration })).toEqual({ ...portagePalette, failed: '35;01' });
  rmSync(join(portageConfiguration, 'color.map'));
  mkdirSync(join(portageConfiguration, 'color.map'));
  expect(portageColors({ portageConfiguration })).toEqual(portagePalette);
});
