/** Watches a running emerge without a terminal: a picture in plain text whenever a package is finished. */

import { emergeWords } from '../live/rivals.ts';
import type { Screen } from '../live/screen.ts';
import { openShow } from '../live/show.ts';
import type { WatchOptions } from './watched.ts';

export interface TextOptions extends WatchOptions {
  readonly columns: number;
  readonly write: (text: string) => void;
}

/** Settled when the emerge is gone. Its exit status is not known to a bystander. */
export function watchAsText(options: TextOptions): Promise<void> {
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
  };
  const show = openShow({
    child: pid,
    words: emergeWords(pid) ?? [],
    located,
    environment: options.environment,
    places,
    settings: { ...settings, color: 'no' },
    color: 'n',
    screen,
    viewer: {},
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
