/** Each source that the painter reads, spoilt, and read by what reads it in earnest, up to a frame. */
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { vdbFields } from '../../../../portage/files/vdb.ts';
import { forecastPackages } from '../../../../portage/forecast.ts';
import { indexGraph } from '../../../../portage/graph.ts';
import { indexInstalled } from '../../../../portage/installed-neighbours.ts';
import { planRun } from '../../../../portage/run-plan.ts';
import { timeLeft } from '../../../../portage/time-left.ts';
import { loadConfiguration } from '../../../../system/configuration.ts';
import { readAllInstalled } from '../../../../system/vdb.ts';
import { besidesListed } from '../../../../wrappers/emerge/besides.ts';
import { watchBuilds } from '../../../../wrappers/emerge/live/build-watch.ts';
import { portageColors } from '../../../../wrappers/emerge/live/colors.ts';
import { applySnapshot } from '../../../../wrappers/emerge/live/run-state.ts';
import { followStatusSocket } from '../../../../wrappers/emerge/live/status-socket.ts';
import { terminalStyle } from '../../../../wrappers/emerge/live/style.ts';
import { readHistory, scheduleOf } from '../../../../wrappers/emerge/merge-times.ts';
import { nodeId, rootOf } from '../../../../wrappers/emerge/run-list.ts';
import type { Random } from '../../../kit/random.ts';
import { mutate, mutateJson, mutateText } from './mutate.ts';
import {
  answer,
  drawn,
  graphOf,
  harmless,
  sample,
  sampleIndex,
  sampleRoot,
  sampleRun,
  settings,
  statesOf,
} from './world.ts';

export interface Source {
  /** Reads one spoilt input and draws what comes of it; throws where that must not be. */
  feed(random: Random): Promise<void> | void;
  close?(): void;
}

const building = ({ packages }: ReturnType<typeof sampleRun>) =>
  [...packages].flatMap(([id, { state }]) => (state === 'building' ? [id] : []));

export function statusSocket(folder: string): Source {
  const path = join(folder, 'status.sock');
  const lines = sample('snapshots').trim().split('\n');
  let next: Buffer[] = [];
  const server: Server = createServer(peer => {
    peer.on('error', () => {});
    for (const piece of next) peer.write(piece);
    peer.end();
  }).listen(path);
  return {
    async feed(random) {
      const run = sampleRun();
      const given = Array.from({ length: 1 + random.below(4) }, () => random.pick(lines));
      const pid = (JSON.parse(given[0] ?? '') as { emerge_pid: number }).emerge_pid;
      const text = random.chance(0.5)
        ? mutate(random, `${given.join('\n')}\n`, lines)
        : Buffer.concat(
            given.map(line => Buffer.concat([mutateJson(random, line, lines), Buffer.from('\n')])),
          );
      const cut = random.below(text.length + 1);
      next = [text.subarray(0, cut), text.subarray(cut)];
      const idOf = (cpv: string, root: string) => nodeId(cpv, rootOf(root, sampleRoot));
      await new Promise<void>(resolve => {
        const socket = followStatusSocket(path, pid, {
          snapshot: value => applySnapshot(run, value, idOf, Date.now(), random.chance(0.8)),
          ended() {
            socket.close();
            resolve();
          },
        });
      });
      drawn(random, { index: sampleIndex, states: statesOf(run) });
    },
    close: () => server.close(),
  };
}

/** What earlier merges took. */
export function history(folder: string): Source {
  const text = sample('emerge.log');
  const path = join(folder, 'history.log');
  return {
    feed(random) {
      writeFileSync(path, mutate(random, text));
      const reading = readHistory(path);
      let step = reading.next();
      while (!step.done) step = reading.next();
      const forecasts = forecastPackages(step.value, sampleIndex.graph.nodes);
      const run = sampleRun();
      if (forecasts === undefined) return drawn(random, { index: sampleIndex, states: statesOf(run) });
      const options = new Map<string, unknown>([['--jobs', random.pick(['2', 'x', true, -1, 1e9, {}])]]);
      const plan = planRun(sampleIndex, forecasts, scheduleOf(options, settings, step.value));
      const now = Date.now();
      const states = new Map([...run.packages].map(([id, { state }]) => [id, { state, elapsed: 3 }]));
      const { seconds, known, bottleneck } = timeLeft(plan, states);
      const counts = {
        done: 4,
        total: 9,
        running: 3,
        failed: 0,
        load: 1,
        left: seconds,
        leftGuessed: known < 0.75,
      };
      drawn(random, {
        index: sampleIndex,
        states: statesOf(run, now),
        counts: { ...counts, ...(bottleneck ? { waitsFor: bottleneck } : {}) },
      });
    },
  };
}

/** The installed packages, in both forms, beside the list and in its edges. */
export function installed(folder: string): Source {
  const directory = join(folder, 'pkg');
  const packages = JSON.parse(sample('installed.json')) as Record<string, Record<string, string>>;
  const cpvs = Object.keys(packages);
  const texts = Object.values(packages).flatMap(fields => Object.values(fields));
  for (const [cpv, fields] of Object.entries(packages)) {
    mkdirSync(join(directory, cpv), { recursive: true });
    for (const [name, text] of Object.entries(fields)) writeFileSync(join(directory, cpv, name), text);
  }
  const stamp = 1_700_000_000;
  return {
    async feed(random) {
      const cpv = random.pick(cpvs);
      const path = join(directory, cpv);
      const fields = packages[cpv] ?? {};
      const own = Object.entries(fields).map(([name, value]) => `${name}=${value.trim()}\n`);
      // one form or the other; the stamp must fit for the first
      const name = random.chance(0.5) ? 'metadata' : random.pick(Object.keys(fields));
      const body = mutateText(
        random,
        name === 'metadata' ? `#format=1\n${own.join('')}` : (fields[name] ?? ''),
        texts,
      );
      const end = random.chance(0.9)
        ? `\n#dir_mtime=${stamp}000000000\n`
        : mutateText(random, `#dir_mtime=${stamp}`);
      writeFileSync(join(path, name), name === 'metadata' ? `${body}${end}` : body);
      utimesSync(path, stamp, stamp);
      const found = await readAllInstalled(directory, vdbFields);
      if (name === 'metadata') rmSync(join(path, name));
      else writeFileSync(join(path, name), fields[name] ?? '');
      const graph = await graphOf(answer, new Map([['/', found]]));
      const run = sampleRun();
      drawn(random, {
        index: sampleIndex,
        states: statesOf(run),
        installed: besidesListed(graph, indexInstalled(found), building(run)),
      });
    },
  };
}

/** What the helper tells of ebuilds and binary packages: their metadata are of any kind. */
export function metadata(): Source {
  const fields = [
    'eapi',
    'slot',
    'subslot',
    'repo',
    'depend',
    'bdepend',
    'rdepend',
    'pdepend',
    'idepend',
  ] as const;
  const texts = answer.packages.flatMap(found => (found === null ? [] : fields.map(field => found[field])));
  return {
    async feed(random) {
      const spoilt = answer.packages.map(found => {
        if (found === null || random.chance(0.05)) return null;
        if (random.chance(0.5)) return found;
        const field = random.pick(fields);
        const words = random.chance(0.2)
          ? { use: [mutateText(random, 'wayland')], iuse: [mutateText(random, '+glib')] }
          : {};
        return { ...found, ...words, [field]: mutateText(random, found[field], texts) };
      });
      const graph = await graphOf({
        ...answer,
        packages: spoilt,
        targets: [mutateText(random, 'x11-libs/cairo')],
      });
      const run = sampleRun();
      drawn(random, { index: indexGraph(graph), states: statesOf(run) });
    },
  };
}

export function colorMap(folder: string): Source {
  const text = sample('color.map');
  return {
    feed(random) {
      writeFileSync(join(folder, 'color.map'), mutate(random, text));
      const palette = portageColors({ portageConfiguration: folder });
      drawn(random, {
        index: sampleIndex,
        states: statesOf(sampleRun()),
        palette,
        style: { unicode: true, color: true },
      });
    },
  };
}

export function configuration(folder: string): Source {
  const text = sample('tumpline.conf');
  const path = join(folder, 'tumpline.conf');
  return {
    async feed(random) {
      writeFileSync(path, mutate(random, text));
      const { settings: found, problems } = await loadConfiguration(path, {});
      harmless(problems.join('\n'));
      const { rows = 8, nodes } = found.graph;
      const style = terminalStyle(found.graph, random.pick(['y', 'n', undefined]), {
        LANG: mutateText(random, 'C.UTF-8'),
      });
      const size = { columns: 80, rows };
      drawn(random, { index: sampleIndex, states: statesOf(sampleRun()), size, nodes, style });
    },
  };
}

/** The marks in build directories. */
export function builds(folder: string): Source {
  const marks = ['.setuped', '.unpacked', '.compiled', '.installed', '.packaged', 'work', 'temp'];
  return {
    feed(random) {
      const run = sampleRun();
      const made = building(run).map(id => join(folder, 'portage', id));
      for (const path of made) {
        mkdirSync(path, { recursive: true });
        for (const mark of random.some(marks)) {
          const name = random.chance(0.5)
            ? mark
            : mutateText(random, mark).replace(/[/\0]/g, '.').slice(0, 60);
          if (name !== '' && name !== '.' && name !== '..') writeFileSync(join(path, name), '');
        }
      }
      const watch = watchBuilds(
        { PORTAGE_TMPDIR: folder, FEATURES: '' },
        () => new Map(),
        () => {},
      );
      watch.follow(run);
      watch.read(run);
      watch.stop();
      for (const path of made) rmSync(path, { recursive: true });
      drawn(random, { index: sampleIndex, states: statesOf(run) });
    },
  };
}

export const logPlaces = (folder: string) => ({
  PORTAGE_TMPDIR: folder,
  PORTAGE_LOGDIR: join(folder, 'log'),
});

/** Writes a build log of the package where Portage would. */
export function writeBuildLog(random: Random, folder: string, cpv: string, text: string): void {
  const packed = random.chance(0.2);
  const [category, pf] = cpv.split('/');
  const inside = join(folder, 'portage', cpv, 'temp');
  const logs = join(folder, 'log');
  for (const path of [inside, logs]) mkdirSync(path, { recursive: true });
  for (const old of readdirSync(inside)) rmSync(join(inside, old));
  for (const old of readdirSync(logs)) rmSync(join(logs, old));
  const spoilt = mutate(random, text);
  let bytes = packed ? gzipSync(spoilt) : spoilt;
  if (packed && random.chance(0.5)) bytes = bytes.subarray(0, random.below(bytes.length));
  const name = random.chance(0.5)
    ? join(inside, 'build.log')
    : join(logs, `${category}:${pf}:20261121-101010.log`);
  writeFileSync(packed ? `${name}.gz` : name, bytes);
}
