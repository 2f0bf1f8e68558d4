/** The marks before names. */
import type { NodeState } from '../../../portage/graph.ts';
import type { Role } from './model.ts';

export interface Glyphs {
  readonly done: string;
  readonly building: string;
  readonly built: string;
  readonly waiting: string;
  readonly target: string;
  readonly failed: string;
  readonly dropped: string;
  readonly installed: string;
  readonly wall: readonly [string, string];
  readonly arrow: string;
}

const unicodeGlyphs: Glyphs = {
  done: '✔',
  building: '●',
  built: '◐',
  waiting: '○',
  target: '◎',
  failed: '✘',
  dropped: '⊘',
  installed: '·',
  wall: ['┃', '┃'],
  arrow: '▸',
};
const asciiGlyphs: Glyphs = {
  done: '*',
  building: '#',
  built: '%',
  waiting: 'o',
  target: '@',
  failed: 'x',
  dropped: '/',
  installed: ',',
  wall: ['[', ']'],
  arrow: '>',
};

export function glyphsOf(unicode: boolean): Glyphs {
  return unicode ? unicodeGlyphs : asciiGlyphs;
}

export function markOf(
  state: NodeState,
  installed: boolean,
  target: boolean,
  glyphs: Glyphs,
): [string, Role] {
  if (installed) return [glyphs.installed, 'installed'];
  if (state === 'done') return [glyphs.done, 'done'];
  if (state === 'building' || state === 'merging') return [glyphs.building, 'running'];
  if (state === 'built') return [glyphs.built, 'done'];
  if (state === 'failed') return [glyphs.failed, 'failed'];
  if (state === 'dropped') return [glyphs.dropped, 'failed'];
  return target ? [glyphs.target, 'target'] : [glyphs.waiting, 'waiting'];
}
