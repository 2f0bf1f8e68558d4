/** The picture in the colours that Portage is configured to use. */
import { join } from 'node:path';
import { type ColorMap, colorParameters, parseColorMap } from '../../../portage/files/color-map.ts';
import { debug } from '../../../system/log.ts';
import { readOrdinaryText } from '../../../system/ordinary-file.ts';
import type { Places } from '../../../system/places.ts';
import type { Palette, Role } from '../picture/model.ts';

/** What each part of the picture is coloured as: a class of color.map(5), or where Portage has none a colour. */
const followed: Readonly<Record<Role, string>> = {
  running: 'GOOD',
  wall: 'PKG_MERGE',
  phase: 'MERGE_LIST_PROGRESS',
  elapsed: 'turquoise',
  done: 'INFORM',
  waiting: 'NORMAL',
  failed: 'BAD',
  target: 'bold',
  installed: 'faint',
  line: 'HILITE',
  heavy: 'PKG_MERGE',
  against: 'QAWARN',
  more: 'faint',
  status: 'NORMAL',
};

export function paletteOf(map: ColorMap): Palette {
  return Object.fromEntries(
    Object.entries(followed).map(([role, name]) => [role, colorParameters(map, name)]),
  ) as unknown as Palette;
}

/** Read once; as Portage does, without a file that can be read the colours are its own. */
export function portageColors(places: Pick<Places, 'portageConfiguration'>): Palette {
  const path = join(places.portageConfiguration, 'color.map');
  let text = '';
  try {
    text = readOrdinaryText(path) ?? '';
  } catch (error) {
    debug('color.map', error instanceof Error ? error.message : String(error));
  }
  const { value, problems } = parseColorMap(text);
  for (const problem of problems) debug('color.map', problem);
  return paletteOf(value);
}
