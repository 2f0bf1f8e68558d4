/** Watches a running emerge without a terminal: a picture in plain text whenever a package is finished. */

import type { Settings } from '../../system/configuration-keys.ts';
import type { Located } from '../../system/locate.ts';
import type { Places } from '../../system/places.ts';
import { emergeWords } from './live/rivals.ts';
import type { Screen } from './live/screen.ts';
import { openShow } from './live/show.ts';

export interface WatchOptions {
  readonly pid: number;
  readonly located: Located;
  readonly places: Places;
  readonly settings: Settings['graph'];
  readonly columns: number;
  readonly write: (text: string) => void;
}

/** Settled when the emerge is gone. Its exit status is not known to a bystander. */
export function watchAsText(options: WatchOptions): Promise<void> {
  const { pid, located, places, settings, columns, write } = options;
  let last = '';
  const screen: Screen = {
    shown: true,
    space: () => ({ columns, rows: settings.rows ?? 8 }),
    draw(lines) {
      // the counts in the last row say whether a package was finished
      const finished = /\d+\/\d+ done/.exec(lines.at(-1) ?? '')?.[0] ?? '';
      if (finished === last) return;
      last = finished;
      const text = lines
        .map(line => line.trimEnd())
        .join('\n')
        .replace(/^\n+/, '');
      write(`${text}\n\n`);
    },
    hide() {},
    resized() {},
  };
  const show = openShow({
    child: pid,
    words: emergeWords(pid) ?? [],
    located,
    environment: process.env,
    places,
    settings: { ...settings, color: 'no' },
    color: 'n',
    screen,
  });
  return new Promise(resolve => {
    const timer = setInterval(() => {
      show.tick();
      if (!show.over()) return;
      clearInterval(timer);
      show.close();
      resolve();
    }, 200);
  });
}
