/** Runs code of an overlay where it can do no harm: bubblewrap, nobody, nothing to write to, nothing to read but /usr. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { lstatIfPresent } from '../../system/files.ts';
import { run } from '../../system/run.ts';

export interface Sandbox {
  /** Absolute path of the bash in it. */
  readonly bash: string;
  /** Directory with all that the code needs; seen as `/stage`, the parts that `shown` names. */
  readonly stage: string;
  readonly eprefix: string;
  /** Arguments that not every bwrap knows. */
  readonly more?: readonly string[];
}

export interface SandboxedCommand {
  /** Path in the sandbox -> path below `stage`. */
  readonly shown: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  /** Text for bash. */
  readonly script: string;
  readonly signal?: AbortSignal | undefined;
}

export type SandboxResult =
  | { readonly kind: 'ended'; readonly status: number | undefined; readonly output: string }
  | { readonly kind: 'stopped'; readonly why: string };

const nobody = 65_534;
const seconds = 10;
const outputLimit = 1024 * 1024;
const temporaryLimit = 16 * 1024 * 1024;

/** Of each process there, and of all together: KiB of memory, processes, blocks of a file, processor seconds. */
const limits = 'ulimit -c 0 -v 524288 -u 48 -f 16384 -t 10 -n 128';

/** For links, bind mounts and directories alike: what a program needs to start. */
function systemBinds(root: string): string[] {
  const binds = ['--ro-bind', join(root, 'usr'), join(root, 'usr')];
  for (const name of ['bin', 'lib', 'lib64', 'lib32']) {
    const path = join(root, name);
    if (lstatIfPresent(path) === undefined) continue;
    if (lstatSync(path).isSymbolicLink()) binds.push('--symlink', readlinkSync(path), path);
    else binds.push('--ro-bind', path, path);
  }
  return binds;
}

function bwrapArguments(
  { bash, stage, eprefix, more = [] }: Sandbox,
  { shown, variables, script }: SandboxedCommand,
): string[] {
  const roots = eprefix !== '' && bash.startsWith(`${eprefix}/`) ? ['/', eprefix] : ['/'];
  return [
    ...['--unshare-user', '--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...more,
    ...['--uid', String(nobody), '--gid', String(nobody), '--hostname', 'sandbox', '--clearenv'],
    ...roots.flatMap(systemBinds),
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(temporaryLimit), '--tmpfs', '/tmp'],
    ...[...shown].flatMap(([inside, below]) => ['--ro-bind', join(stage, below), inside]),
    ...[...variables].flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/tmp'],
    ...['--', bash, '--noprofile', '--norc', '-c', `${limits} || exit 125\n${script}`],
  ];
}

/**
 * Runs the command; what it prints is all that comes out. After 10 s, or 1 MiB, all its processes are killed. As root
 * bwrap itself runs as nobody: a root that has only been mapped to another number may still write to /proc/sys. Faults:
 * `missing` where there is no bwrap, `interrupted`.
 */
export async function runSandboxed(sandbox: Sandbox, command: SandboxedCommand): Promise<SandboxResult> {
  const dropped = process.getuid?.() === 0 ? { owner: { uid: nobody, gid: nobody } } : {};
  try {
    const { stdout, exitCode } = await run('bwrap', bwrapArguments(sandbox, command), {
      ...dropped,
      killSignal: 'SIGKILL',
      timeout: seconds * 1000,
      maxBuffer: outputLimit,
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      ...(command.signal === undefined ? {} : { cancel: command.signal }),
    });
    return { kind: 'ended', status: exitCode, output: stdout };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'failed') throw error;
    return { kind: 'stopped', why: error.message.replace(/^bwrap: /, '') };
  }
}

/** The sandbox as it can be had here, or a sentence why there is none. */
export async function usableSandbox(sandbox: Sandbox): Promise<Sandbox | string> {
  // without it, which came with bubblewrap 0.8, code could make namespaces of its own
  for (const more of [['--disable-userns'], []]) {
    try {
      const shown = new Map([['/stage', '']]);
      const found = { ...sandbox, more };
      const result = await runSandboxed(found, { shown, variables: new Map(), script: 'echo fine' });
      if (result.kind === 'ended' && result.status === 0 && result.output === 'fine\n') return found;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'missing') throw error;
      return 'bubblewrap is not installed: emerge sys-apps/bubblewrap';
    }
  }
  return 'bubblewrap cannot make a sandbox here; are user namespaces allowed? sysctl user.max_user_namespaces';
}

/** The bash that Portage runs ebuilds with, or the system's where it is not there. */
export function bashFor(portageBash: string): string {
  return existsSync(portageBash) ? portageBash : '/bin/bash';
}
