/** Questions to Portage's own resolver, answered by one warm Python process. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { python, top } from '../kit/environment.ts';
import type { VdbForm } from './declaration.ts';
import type { Root } from './root.ts';
import { rootEnvironment } from './surroundings.ts';
import { preparedRoot } from './template.ts';

/** A package as the resolver knows it. `use` holds enabled flags that are valid for the package (IUSE_EFFECTIVE). */
export interface ResolvedPackage {
  readonly type: 'ebuild' | 'binary' | 'installed';
  readonly cpv: string;
  readonly root: string;
  readonly repo: string;
  readonly slot: string;
  readonly sub_slot: string;
  readonly operation: 'merge' | 'nomerge' | 'uninstall';
  readonly use: readonly string[];
  readonly iuse: readonly string[];
  readonly depth: number | null;
}

interface ResolvedBlocker {
  readonly type: 'blocker';
  readonly atom: string;
  readonly root: string;
  readonly satisfied: boolean;
}

/** What was asked for: an atom or a set; such nodes are roots of the graph. */
interface ResolvedArgument {
  readonly type: 'argument';
  readonly argument: string;
  readonly root: string;
}

export type ResolvedNode = ResolvedPackage | ResolvedBlocker | ResolvedArgument;

type Priority =
  | 'buildtime'
  | 'buildtime_slot_op'
  | 'runtime'
  | 'runtime_post'
  | 'runtime_slot_op'
  | 'installtime'
  | 'optional'
  | 'ignored'
  | 'cross'
  | 'satisfied';

interface ResolvedEdge {
  readonly from: ResolvedNode;
  readonly to: ResolvedNode;
  /** One entry for each dependency: the attributes of its DepPriority that are set. */
  readonly priorities: readonly (readonly Priority[])[];
  /** The resolver's graph, the scheduler's (reversed uninstalls), or both. */
  readonly graph: 'resolver' | 'scheduler' | 'both';
}

export interface Resolution {
  /** True when there is a merge list that emerge would act on. */
  readonly success: boolean;
  readonly exitCode: number | null;
  /** What emerge printed, stdout and stderr. */
  readonly output: string;
  readonly favorites: readonly string[];
  readonly nodes: readonly ResolvedNode[];
  /** In merge order, with blockers and uninstalls. */
  readonly mergelist: readonly ResolvedNode[];
  readonly edges: readonly ResolvedEdge[];
  readonly parentAtoms: readonly {
    readonly node: ResolvedNode;
    readonly parent: ResolvedNode;
    readonly atom: string;
  }[];
  readonly unsatisfied: readonly {
    readonly atom: string;
    readonly unevaluated: string;
    readonly parent: string | null;
  }[];
  readonly useChanges: readonly { readonly cpv: string; readonly flags: Readonly<Record<string, boolean>> }[];
  readonly slotConflicts: number;
}

interface Answer {
  readonly id: number;
  readonly error?: string;
  readonly output?: string;
  readonly modules?: readonly string[] | null;
  readonly [key: string]: unknown;
}

interface Worker {
  ask(question: Record<string, unknown>): Promise<Answer>;
  close(): void;
}

let worker: Worker | undefined;
/** Whether the worker was told what a resolution imports. */
let learnt = false;

function startWorker(environment: Readonly<Record<string, string>>): Worker {
  const script = join(top, 'test/testbed/resolver.py');
  const child = spawn(python, ['-B', script], {
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let last = 0;
  const hold = (held: boolean) => {
    // an idle worker must not keep the test process alive
    for (const handle of [child, child.stdin, child.stdout] as { ref?(): void; unref?(): void }[]) {
      if (held) handle.ref?.();
      else handle.unref?.();
    }
  };
  createInterface({ input: child.stdout }).on('line', line => {
    if (line === '') return;
    const answer = JSON.parse(line) as Answer;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) hold(false);
    if (answer.error) asked?.reject(new Error(`${answer.error}\n${answer.output ?? ''}`));
    else asked?.resolve(answer);
  });
  const fail = (why: string) => {
    worker = undefined;
    learnt = false;
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  };
  child.on('exit', code => fail(`the resolver ended with ${code}`));
  child.on('error', error => fail(error.message));
  // a dead worker is told by its exit
  child.stdin.on('error', () => undefined);
  return {
    ask: question =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        hold(true);
        child.stdin.write(`${JSON.stringify({ ...question, id: last })}\n`);
      }),
    close: () => child.stdin.end(),
  };
}

function warmWorker(): Worker {
  return startWorker(rootEnvironment(preparedRoot(python, join(top, '.cache'))));
}

function ask(question: Record<string, unknown>): Promise<Answer> {
  worker ??= warmWorker();
  return worker.ask(question);
}

/** After the first answer the worker imports beforehand whatever that resolution needed. */
async function askAndLearn(question: Record<string, unknown>): Promise<Answer> {
  const first = !learnt;
  learnt = true;
  const answer = await ask({ ...question, modules: first });
  if (answer.modules) await ask({ operation: 'preload', names: answer.modules });
  return answer;
}

/** What `emerge --pretend ARGS` would decide in that root. Rejects when the resolver breaks, not when it says no. */
export async function resolveIn(
  root: Pick<Root, 'environment'>,
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; timeout?: number } = {},
): Promise<Resolution> {
  const environment = { ...root.environment, ...options.env };
  const answer = await askAndLearn({
    operation: 'resolve',
    environment,
    args,
    timeout: options.timeout ?? 120,
  });
  const nodes = (answer['nodes'] ?? []) as ResolvedNode[];
  const at = (index: number) => nodes[index]!;
  const list = <T>(key: string) => (answer[key] ?? []) as T[];
  return {
    success: answer['success'] === true,
    exitCode: (answer['exitCode'] ?? null) as number | null,
    output: answer.output ?? '',
    favorites: list('favorites'),
    nodes,
    mergelist: list<number>('mergelist').map(at),
    edges: list<[number, number, Priority[][], ResolvedEdge['graph']]>('edges').map(
      ([from, to, priorities, graph]) => ({
        from: at(from),
        to: at(to),
        priorities,
        graph,
      }),
    ),
    parentAtoms: list<[number, number, string]>('parentAtoms').map(([node, parent, atom]) => ({
      node: at(node),
      parent: at(parent),
      atom,
    })),
    unsatisfied: list('unsatisfied'),
    useChanges: list('useChanges'),
    slotConflicts: (answer['slotConflicts'] ?? 0) as number,
  };
}

/** Writes VDB entries and binary packages as Portage records them after building the named ebuilds, in that order. */
export async function fillRoot(
  environment: Readonly<Record<string, string>>,
  content: {
    readonly installed?: readonly {
      readonly cpv: string;
      readonly use?: string;
      readonly dropped?: boolean;
    }[];
    readonly binaries?: readonly {
      readonly cpv: string;
      readonly use?: string;
      readonly recorded?: Readonly<Record<string, string>>;
    }[];
    readonly form?: VdbForm;
  },
): Promise<void> {
  await ask({ operation: 'fill', environment, form: 'files', ...content });
}
