/** The files that tell of the run as a whole: list and log through the real following, logs and records through text. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEmergeArguments } from '../../../../portage/emerge-arguments.ts';
import { indexGraph } from '../../../../portage/graph.ts';
import { places } from '../../../../system/places.ts';
import { documentText } from '../../../../wrappers/emerge/document-text.ts';
import { nextCommands } from '../../../../wrappers/emerge/go-on.ts';
import { graphDocument, parseGraphDocument } from '../../../../wrappers/emerge/graph-document.ts';
import { failuresOf } from '../../../../wrappers/emerge/live/failures.ts';
import type { RunState } from '../../../../wrappers/emerge/live/run-state.ts';
import { followRun } from '../../../../wrappers/emerge/live/session.ts';
import { outcomeText } from '../../../../wrappers/emerge/outcome-text.ts';
import { graphSvg } from '../../../../wrappers/emerge/picture/svg.ts';
import { inAskedOrder, isAskedFor } from '../../../../wrappers/emerge/run-list.ts';
import { keepRun, keptRuns } from '../../../../wrappers/emerge/run-record.ts';
import { targetIds } from '../../../../wrappers/emerge/targets.ts';
import { openLogFile } from '../../../../wrappers/emerge/watch/log-file.ts';
import { visibleRows } from '../../../../wrappers/emerge/watch/log-rows.ts';
import type { Random } from '../../../kit/random.ts';
import { hostileWord, mutate, mutateJson, mutateText } from './mutate.ts';
import { logPlaces, type Source, writeBuildLog } from './sources.ts';
import {
  drawn,
  harmless,
  locatedAt,
  sample,
  sampleGraph,
  sampleIndex,
  sampleRoot,
  sampleRun,
  statesOf,
} from './world.ts';

/** mtimedb and emerge.log of an emerge that has been running for a while. */
export function listAndLog(folder: string): Source & { readonly tied: () => number } {
  mkdirSync(join(folder, 'var/cache/edb'), { recursive: true });
  mkdirSync(join(folder, 'var/log'), { recursive: true });
  const [mtimedb, log] = [join(folder, 'var/cache/edb/mtimedb'), join(folder, 'var/log/emerge.log')];
  // others that merge elsewhere on this machine are no rivals of it
  const child: ChildProcess = spawn('sleep', ['600'], {
    env: { PORTAGE_OVERRIDE_EPREFIX: folder },
    stdio: 'ignore',
  });
  const here = (text: string) => text.replaceAll(sampleRoot, folder);
  const list = here(sample('mtimedb'));
  const lines = here(sample('emerge.log')).trimEnd().split('\n');
  const first = Number(lines[0]?.split(':')[0]);
  const shift = Math.ceil(Date.now() / 1000) + 1 - first;
  let tied = 0;
  return {
    feed(random) {
      const merged = random.below(lines.length);
      const until = lines
        .slice(0, merged)
        .map(line => line.replace(/^\d+/, time => String(Number(time) + shift)));
      const done = new Set(
        until.flatMap(line => /::: completed emerge \(\d+ of \d+\) (\S+)/.exec(line)?.[1] ?? []),
      );
      const left = JSON.parse(list) as { resume: { mergelist: string[][] } };
      left.resume.mergelist = left.resume.mergelist.filter(([, , cpv = '']) => !done.has(cpv));
      const which = random.below(4);
      let listText = JSON.stringify(left);
      let logText = `${until.join('\n')}\n`;
      if (random.chance(0.3)) {
        // the same strange name in both, the rest as it should be
        const from = random.pick([`${folder}/`, ...left.resume.mergelist.map(([, , cpv = '']) => cpv)]);
        const to = from.endsWith('/') ? `/${hostileWord(random, 'mnt')}${from}` : hostileWord(random, from);
        listText = listText.replaceAll(JSON.stringify(from), () => JSON.stringify(to));
        logText = logText.replaceAll(from, () => to);
      }
      writeFileSync(mtimedb, which % 2 === 0 ? listText : mutateJson(random, listText));
      writeFileSync(log, which < 2 ? logText : mutate(random, logText, [logText, ...lines]));
      let run: RunState | undefined;
      const listener = {
        listed(now: RunState) {
          run = now;
        },
        changed() {},
        ended() {},
      };
      const session = followRun(
        child.pid ?? 0,
        locatedAt(folder),
        ['--jobs=2', 'x11-libs/cairo'],
        listener,
        true,
      );
      session.look();
      if (random.chance(0.3)) session.exitStatus();
      session.stop();
      if (run === undefined) return;
      tied += 1;
      const nodes = run.list.map(({ id, cpv, root, type }) => ({ id, cpv, root, type }));
      const known = new Set(nodes.map(({ id }) => id));
      const edges = sampleGraph.edges.filter(({ from, to }) => known.has(from) && known.has(to));
      drawn(random, { index: indexGraph({ nodes, edges }), states: statesOf(run) });
    },
    tied: () => tied,
    close() {
      child.kill();
    },
  };
}

/** What a failed build left: for the record, and for who follows the log. */
export function buildLogs(folder: string): Source {
  const text = sample('build.log');
  const began = Date.now();
  return {
    feed(random) {
      const run = sampleRun();
      const [failed] = [...run.packages].filter(([, { state }]) => state === 'building');
      if (failed === undefined) throw new Error('nothing is being built');
      const [id] = failed;
      run.packages.set(id, { state: 'failed', phase: 'compile' });
      writeBuildLog(random, folder, id, text);
      const nodes = sampleGraph.nodes.map(node => ({
        ...node,
        state: run.packages.get(node.id)?.state ?? 'waiting',
      }));
      const facts = { pid: 7, started: 1, ended: 2, exit: 1, targets: [], asked: ['x11-libs/cairo'] };
      const failures = failuresOf(run, logPlaces(folder), began);
      const document = graphDocument(facts, nodes, sampleGraph.edges, failures);
      if (parseGraphDocument(JSON.stringify(document)) === undefined)
        throw new Error('the record cannot be read back');
      harmless(outcomeText(document, nextCommands(document, undefined), { columns: 80, unicode: true }));
      const log = openLogFile(logPlaces(folder), id, began);
      log.read();
      const style = { unicode: random.chance(0.5), color: random.chance(0.5) };
      const rows = visibleRows(log.log, { columns: 80, rows: 20, style }, undefined);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR begins with one
      harmless(rows.map(row => row.replace(/\x1b\[[0-9;:]*m/g, '')).join('\n'));
      drawn(random, { index: sampleIndex, states: statesOf(run) });
    },
  };
}

/** Kept runs, as `graph --last` prints them. */
export function records(folder: string): Source {
  const kept = places({ eprefix: folder, configRoot: folder, root: '/' }, { HOME: folder });
  const states = sampleRun().packages;
  const nodes = sampleGraph.nodes.map(node => ({ ...node, state: states.get(node.id)?.state ?? 'waiting' }));
  const facts = {
    pid: 7,
    started: 1000,
    ended: 2000,
    exit: 1,
    targets: [nodes.at(-1)?.id ?? ''],
    asked: ['x11-libs/cairo'],
  };
  const failure = {
    id: nodes[5]?.id ?? '',
    phase: 'compile',
    log: '/tmp/root/build.log',
    lines: ['error: no'],
  };
  const edges = sampleGraph.edges.map(({ from, to, kinds, againstOrder }) => ({
    from,
    to,
    kinds,
    againstOrder,
  }));
  const own = graphDocument(facts, nodes, edges, [failure]);
  const text = JSON.stringify(own);
  const graph = { rows: undefined, nodes: 12, ascii: 'auto', color: 'auto' } as const;
  return {
    feed(random) {
      mkdirSync(kept.state('emerge'), { recursive: true });
      const path = join(kept.state('emerge'), 'run-1000-7.json');
      writeFileSync(path, mutateJson(random, text));
      for (const document of keptRuns(kept)) {
        const columns = random.pick([60, 80, 120]);
        harmless(documentText(document, undefined, graph, columns, { LANG: 'C.UTF-8' }));
        harmless(outcomeText(document, nextCommands(document, undefined), { columns, unicode: true }));
        if (random.chance(0.1)) harmless(graphSvg(document).replaceAll('\n', ' '));
      }
      keepRun(kept, own);
      for (const name of readdirSync(kept.state('emerge'))) rmSync(join(kept.state('emerge'), name));
    },
  };
}

/** Command lines: emerge's own, and those of others in the process table. */
export function commandLines(): Source {
  const words = [
    '--jobs=2',
    '-uDN',
    '--color',
    'y',
    '--keep-going',
    '--root=/mnt',
    'x11-libs/cairo',
    '@world',
    '--',
    '-1',
  ];
  const list = { mergelist: [], favorites: ['x11-libs/cairo', '@world'], options: new Map(), binpkgs: [] };
  return {
    feed(random: Random) {
      const given = random
        .some(words, 0.7)
        .map(word => (random.chance(0.5) ? mutateText(random, word, words) : word));
      parseEmergeArguments(given);
      isAskedFor(list, given);
      const favorites = [mutateText(random, 'x11-libs/cairo'), 'x11-libs/cairo', '@world'];
      const targets = targetIds(sampleGraph.nodes, inAskedOrder(favorites, given));
      drawn(random, { index: sampleIndex, states: statesOf(sampleRun()), targets });
    },
  };
}
