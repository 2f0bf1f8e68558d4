/** The painter beside a running emerge: `painter.cjs --child PID --parent PID --emerge PATH -- ARGS…`. */
import { parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import { chosenRoots, withChosenRoots } from '../../system/chosen-roots.ts';
import { loadConfiguration } from '../../system/configuration.ts';
import { locate } from '../../system/locate.ts';
import { debug } from '../../system/log.ts';
import { places } from '../../system/places.ts';
import { isAlive } from '../../system/process-table.ts';
import { hasMargins } from '../../system/terminfo.ts';
import { watchBorrower } from './live/borrower.ts';
import { openScreen, settling } from './live/screen.ts';
import { openShow, type Show } from './live/show.ts';

/** Exit statuses that live.sh knows: a picture stood, or none ever did. */
const stood = 0;
const neverStood = 3;
const tick = 500;

interface PainterArguments {
  readonly child: number;
  readonly parent: number;
  readonly emerge: string;
  readonly words: readonly string[];
}

function painterArguments(argv: readonly string[]): PainterArguments {
  const cut = argv.indexOf('--');
  const value = (name: string) => argv[argv.indexOf(name) + 1] ?? '';
  return {
    child: Number(value('--child')),
    parent: Number(value('--parent')),
    emerge: value('--emerge'),
    words: argv.slice(cut + 1),
  };
}

async function main(): Promise<void> {
  const { child, parent, emerge, words } = painterArguments(process.argv.slice(2));
  const { options } = parseEmergeArguments(words);
  const color = options.get('--color');
  const located = locate(process.env, { emerge, ...chosenRoots(options) });
  const kept = places(located);
  const { settings, problems } = await loadConfiguration(kept.configuration);
  for (const problem of problems) debug('configuration', problem);
  if (!settings.emerge.graph) {
    debug('painter', 'graph = no');
    process.exit(neverStood);
  }
  if (!hasMargins(process.env)) {
    debug('painter', 'a terminal without margins');
    process.exit(neverStood);
  }
  const borrower = watchBorrower(located.python, {
    taken() {
      // it may have drawn within our margins: let it look again, as after a change of size
      if (screen.hide()) process.kill(0, 'SIGWINCH');
    },
    free: () => show.update(),
  });
  const screen = openScreen(settings.graph.rows, borrower);
  const show: Show = openShow({
    child,
    words,
    located,
    environment: withChosenRoots(process.env, options),
    places: kept,
    settings: settings.graph,
    color: typeof color === 'string' ? color : undefined,
    screen,
  });

  let leaving = false;
  let settle: NodeJS.Timeout | undefined;
  function leave(why: string): void {
    if (leaving) return;
    leaving = true;
    debug('painter', `leaves: ${why}`);
    screen.hide();
    borrower.stop();
    show.close();
    process.exit(screen.shown ? stood : neverStood);
  }

  process.on('SIGTERM', () => leave('emerge is done'));
  process.on('SIGHUP', () => leave('the terminal is gone'));
  for (const signal of ['SIGINT', 'SIGQUIT'] as const)
    process.on(signal, () => debug('painter', `${signal} is emerge's`));
  // We don't stop with the job: a stop that comes after the CONT of a quick fg would be for ever.
  process.on('SIGTSTP', () => show.pause());
  process.on('SIGCONT', () => show.resume());
  process.stdout.on('resize', () => {
    screen.resized();
    clearTimeout(settle);
    settle = setTimeout(show.redraw, settling);
  });
  process.stdout.on('error', () => leave('the terminal is gone'));
  process.on('uncaughtException', error => {
    debug('painter', error.stack ?? error.message);
    leave('a fault of our own');
  });
  process.on('unhandledRejection', error =>
    debug('painter', error instanceof Error ? (error.stack ?? '') : String(error)),
  );
  let ticks = 0;
  setInterval(() => {
    ticks += 1;
    if (!isAlive(parent)) leave('our parent is gone');
    // bash may lose a TERM that comes just as it begins to wait, and would then wait for us for ever
    else if (ticks % 2 === 0 && !isAlive(child)) leave('emerge is gone');
    else show.tick();
  }, tick);
}

main().catch((error: unknown) => {
  debug('painter', error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(neverStood);
});
