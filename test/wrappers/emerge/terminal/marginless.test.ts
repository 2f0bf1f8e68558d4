/** GNU screen, and terminals without margins: emerge has them for itself. */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { pictureRows, remaining, type Stage, stage, wrapperTree } from './stage.ts';
import { pause, type Terminal } from './tmux.ts';

if (quick) noteReduced('terminal: those without margins only by their terminfo');

describe.skipIf(quick)('', () => {
  let tree: string;
  let at: Stage;
  let terminal: Terminal;
  beforeAll(async () => {
    tree = await wrapperTree();
    at = await stage(tree, 'status socket');
  });
  afterEach(() => terminal?.close());
  afterAll(() => {
    at?.root.remove();
    if (tree) rmSync(tree, { recursive: true, force: true });
  });

  test.each([
    // `live`: emerge has a parent, whose painter finds that there is nothing for it to do
    ['TERM=ansi', true],
    ['TERM=dumb', false],
    ['STY=123.pts-0.host TERM=screen.xterm-256color', false],
  ])('%s', async (assignments, live) => {
    terminal = await at.open({ columns: 80, rows: 24 });
    await terminal.type(`${assignments} emerge --color=n --oneshot app-misc/chatty`);
    let over = false;
    let parent = false;
    const ended = terminal.prompt(1).finally(() => {
      over = true;
    });
    while (!over) {
      expect((await terminal.state()).lower).toBe(23);
      parent ||= remaining(at.root, []).some(line => line.includes('live.sh'));
      await pause(100);
    }
    expect((await ended).status).toBe(0);
    expect(parent).toBe(live);
    const history = await terminal.history();
    expect(history).toContain('chatty line 60');
    expect(pictureRows(history)).toEqual([]);
    const said = at.debug().join('\n');
    if (live) expect(said).toContain('a terminal without margins');
    else expect(said).not.toContain('screen: region');
  });
});
