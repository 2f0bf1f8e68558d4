/** What olm costs against cloning the overlay: bytes, time and memory, over HTTP from a git server of our own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseOverlayList } from '../../portage/files/overlay-list.ts';
import { locate } from '../../system/locate.ts';
import { places } from '../../system/places.ts';
import { gather } from '../../wrappers/olm/gather.ts';
import { localView } from '../../wrappers/olm/local-view.ts';
import { openSource } from '../../wrappers/olm/source.ts';
import type { OverlaySpec } from '../../wrappers/olm/spec.ts';
import { emerge, top } from '../kit/environment.ts';
import { bareEnvironment } from '../kit/git-repository.ts';
import { serveGit } from '../kit/git-server.ts';
import { type LargeOverlay, largeOverlay } from '../testbed/large-overlay.ts';
import { makeRoot, type Root } from '../testbed/root.ts';
import type { Figure } from './figure.ts';

const area = 'olm';

interface Ended {
  readonly milliseconds: number;
  /** bytes, of the process itself; looked at every few milliseconds */
  readonly memory: number;
  readonly stdout: string;
}

/** Runs to the end while the server in this process goes on serving. Throws where it fails. */
function ended(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr, memory] = ['', '', 0];
    const timer = setInterval(() => {
      memory = Math.max(memory, peak(child.pid));
    }, 20);
    child.stdout.on('data', data => {
      stdout += data;
    });
    child.stderr.on('data', data => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', code => {
      clearInterval(timer);
      const milliseconds = performance.now() - started;
      if (code === 0) resolve({ milliseconds, memory, stdout });
      else reject(new Error(`${command} ${args.join(' ')}: ${code}\n${stderr}`));
    });
  });
}

function peak(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    // it has just ended
    return 0;
  }
}

interface Bench {
  readonly root: Root;
  readonly overlay: LargeOverlay;
  readonly url: string;
  readonly bytes: () => number;
  list(text: string): void;
  /** Neither cache nor generations. */
  forget(): void;
  sync(): Promise<Ended>;
  clone(args: readonly string[]): Promise<Ended>;
}

async function* figures(bench: Bench): AsyncGenerator<Figure> {
  const { overlay, root, url } = bench;
  const small = `${overlay.small}::${overlay.name}\n`;
  const whole = `*/*::${overlay.name}\n`;
  const transferred = async (work: () => Promise<unknown>) => {
    const before = bench.bytes();
    await work();
    return bench.bytes() - before;
  };

  bench.list(small);
  const cloned = await transferred(() => bench.clone(['--no-checkout']));
  const shares: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    bench.forget();
    shares.push((await transferred(bench.sync)) / cloned);
  }
  const one = { area, unit: 'of the bytes of a depth-1 clone', goal: 1 / 15 };
  yield { ...one, name: 'fetched_for_one_package', samples: shares };

  const beyond: number[] = [];
  for (let turn = 0; turn < 15; turn += 1) {
    const asked = await ended('git', ['ls-remote', url], bareEnvironment());
    beyond.push(((await bench.sync()).milliseconds - asked.milliseconds) / 1000);
  }
  yield { area, name: 'sync_with_nothing_new_less_ls_remote', unit: 's', goal: 0.3, samples: beyond };

  bench.list(whole);
  const ratios: number[] = [];
  const memory: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    bench.forget();
    const checkout = await bench.clone([]);
    const synced = await bench.sync();
    ratios.push(synced.milliseconds / checkout.milliseconds);
    memory.push(synced.memory / 1e6);
  }
  yield { area, name: 'whole_overlay_selected', unit: 'times a depth-1 clone', goal: 2, samples: ratios };
  yield { area, name: 'memory_for_the_whole_overlay', unit: 'MB', goal: 300, samples: memory };

  for (const [name, list, goal] of [
    ['closure_of_one_package', small, 0.5],
    ['closure_of_all_packages', whole, 3],
  ] as const) {
    const samples: number[] = [];
    const part = [process.argv[1] ?? '', '--part', 'olm-closure', url, list];
    for (let turn = 0; turn < 7; turn += 1)
      samples.push(Number((await ended('node', part, withPortage(root))).stdout) / 1000);
    yield { area, name, unit: 's', goal, samples };
  }
}

function withPortage(root: Root): NodeJS.ProcessEnv {
  return { ...root.environment, TUMPLINE_EMERGE: emerge };
}

export async function* olmFigures(): AsyncGenerator<Figure> {
  const overlay = largeOverlay();
  const root = await makeRoot(overlay.main);
  const server = await serveGit(dirname(overlay.repository), { filter: true });
  const url = `${server.url}/${overlay.repository.slice(dirname(overlay.repository).length + 1)}`;
  const { cache, state, overlayman } = places({ eprefix: root.eprefix, configRoot: root.eprefix, root: '/' });
  const clones = join(root.directory, 'clone');
  mkdirSync(overlayman, { recursive: true });
  writeFileSync(join(overlayman, 'overlays.conf'), `[${overlay.name}]\nsync-uri = ${url}\n`);
  try {
    yield* figures({
      root,
      overlay,
      url,
      bytes: server.bytes,
      list: text => writeFileSync(join(overlayman, 'packages'), text),
      forget: () => {
        for (const path of [cache('olm'), state('olm')])
          if (existsSync(path)) rmSync(path, { recursive: true });
      },
      sync: () => ended(join(top, 'dist/bin/olm'), ['sync'], withPortage(root)),
      clone: async args => {
        rmSync(clones, { recursive: true, force: true });
        return ended('git', ['clone', '-q', '--depth', '1', ...args, url, clones], bareEnvironment());
      },
    });
  } finally {
    await server.stop();
    root.remove();
  }
}

/** `--part olm-closure URL LIST`, over what was fetched from there into that root: prints milliseconds. */
export async function olmClosure([uri = '', list = '']: readonly string[]): Promise<void> {
  const environment = process.env;
  const started = performance.now();
  const located = locate(environment);
  const directory = join(places(located, environment).cache('olm'), 'large');
  const spec: OverlaySpec = {
    ...{ name: 'large', type: 'git', uri },
    ...{ unmask: false, sets: false, origin: 'bench' },
  };
  const source = await openSource(spec, directory);
  if (!source) throw new Error(`nothing was fetched into ${directory}`);
  const { selections } = parseOverlayList(list, 'packages');
  const masters = new Map([[spec.name, ['testbed']]]);
  const found = await gather(selections, new Map([[spec.name, source]]), localView(located, environment), {
    masters,
  });
  const took = performance.now() - started;
  if (found.packages.length === 0 || found.unknown.length > 0)
    throw new Error('not the closure that was meant');
  process.stdout.write(String(took));
}
