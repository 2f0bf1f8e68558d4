/**
 * The one place that starts git, and only its plumbing on bare repositories of our own: no work tree, no index, no hook.
 * The user's and the machine's configuration counts (proxies, certificates, passwords), the repository's own says
 * nothing but its format. A fetch alone knows the remote as one that promises objects, so that nothing else ever asks
 * a server for a missing object by itself.
 */
import { Fault } from './fault.ts';
import { ownerOf } from './foreign-directory.ts';
import { gitReason, gitTrouble } from './git-output.ts';
import { printable } from './printable.ts';
import { type RunBytesResult, type RunOptions, runBytes } from './run.ts';

export interface Remote {
  readonly uri: string;
  /** transports that git may use: those of `GIT_ALLOW_PROTOCOL`, with colons between */
  readonly protocols: string;
  /** seconds: of silence after which the transfer counts as dead, and for one call as a whole */
  readonly patience?: { readonly silence: number; readonly whole: number };
  readonly signal?: AbortSignal;
}

const patience = { silence: 30, whole: 900 };

/** Settings of every call, over those of any file. */
const settings: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.commitGraph': 'false',
  'core.logAllRefUpdates': 'false',
  'fetch.unpackLimit': '1',
  'fetch.writeCommitGraph': 'false',
  'fetch.recurseSubmodules': 'false',
  'transfer.bundleURI': 'false',
  'fetch.prune': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'http.followRedirects': 'initial',
  'init.defaultRefFormat': 'files',
  'log.showSignature': 'false',
};

/** Found in real repositories, and of no consequence where nothing is checked out. */
const fsckIgnored = [
  'zeroPaddedFilemode',
  'missingSpaceBeforeDate',
  'badTimezone',
  'gitmodulesMissing',
  'gitmodulesParse',
  'gitmodulesUrl',
  'gitmodulesPath',
  'gitmodulesName',
  'gitmodulesBlob',
  'gitattributesMissing',
  'symlinkTargetMissing',
];

function remoteSettings(remote: Remote, isPartial: boolean): Record<string, string> {
  return {
    'remote.olm.url': remote.uri,
    'remote.olm.followRemoteHEAD': 'never',
    ...(isPartial ? { 'remote.olm.promisor': 'true', 'remote.olm.partialclonefilter': 'blob:none' } : {}),
    'http.lowSpeedLimit': '100',
    'http.lowSpeedTime': String(remote.patience?.silence ?? patience.silence),
    'fetch.fsckObjects': 'true',
    ...Object.fromEntries(fsckIgnored.map(id => [`fetch.fsck.${id}`, 'ignore'])),
  };
}

function sshCommand(own: string | undefined): string {
  const ssh = own || 'ssh';
  const isOpenSsh = /^\S*\bssh(\s|$)/.test(ssh);
  return isOpenSsh
    ? `${ssh} -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15 -oServerAliveCountMax=3`
    : ssh;
}

const keptVariables = new Set([
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
  'GIT_EXEC_PATH',
  'GIT_PROXY_SSL_CAINFO',
]);

function environment(
  more: Record<string, string>,
  chosen: Record<string, string>,
): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter(name => !name.startsWith('GIT_') || keptVariables.has(name));
  const all = Object.entries(chosen);
  return {
    ...Object.fromEntries(names.map(name => [name, process.env[name]])),
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: sshCommand(process.env['GIT_SSH_COMMAND']),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_DEFAULT_REF_FORMAT: 'files',
    ...more,
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(
      all.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

export interface GitCall extends Pick<RunOptions, 'input' | 'timeout' | 'cancel'> {
  /** the bare repository; none unless given */
  directory?: string;
  settings?: Record<string, string>;
  /** the remote promises nothing: what it gives is all there is */
  complete?: boolean;
  environment?: Record<string, string>;
}

/** Runs git to its end, whatever its exit status. */
export async function startGit(args: readonly string[], call: GitCall): Promise<RunBytesResult> {
  // a root that ran git on another's repository as itself would obey that other
  const owner = call.directory === undefined ? undefined : ownerOf(call.directory);
  return await runBytes('git', args, {
    cwd: call.directory ?? '/',
    env: environment(
      {
        GIT_CEILING_DIRECTORIES: '/',
        ...(call.directory === undefined ? {} : { GIT_DIR: call.directory }),
        ...(owner === undefined ? {} : { HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' }),
        ...call.environment,
      },
      { ...settings, ...call.settings },
    ),
    maxBuffer: 256 * 1024 * 1024,
    group: true,
    ...(call.input === undefined ? {} : { input: call.input }),
    ...(call.timeout === undefined ? {} : { timeout: call.timeout }),
    ...(call.cancel === undefined ? {} : { cancel: call.cancel }),
    ...(owner === undefined ? {} : { owner }),
  });
}

/** What git's failure is to the user. `directory`: the repository at hand. Single objects that a server refuses are `refused`. */
function gitFault(stderr: string, subject: string, directory: string | undefined): Fault {
  const reason = printable(gitReason(stderr)).slice(0, 300);
  // somebody else's repository on this machine: git says itself how to believe them
  const believing = /^\s*(git config --global --add safe\.directory .+)$/m.exec(stderr)?.[1];
  if (believing !== undefined)
    return new Fault('refused', `${subject}: ${reason}`, { hint: printable(believing) });
  const trouble = gitTrouble(stderr);
  if (trouble === 'network') return new Fault('offline', `${subject}: ${reason}`);
  if (trouble === 'unadvertised') return new Fault('refused', `${subject}: ${reason}`);
  const where = printable(directory ?? subject);
  if (trouble === 'space')
    return new Fault('failed', `${where}: no space left on the device`, { hint: `df -h ${where}` });
  if (trouble === 'rights')
    return new Fault('failed', `${where}: cannot be written: ${reason}`, { hint: `ls -ld ${where}` });
  return new Fault('corrupt', `${where}: ${reason}`);
}

/** One call on our own repository. Faults: `corrupt`, `failed` (disk full, not writable). */
export async function gitLocal(
  directory: string,
  args: readonly string[],
  call: GitCall = {},
): Promise<RunBytesResult> {
  const result = await startGit(args, {
    directory,
    timeout: 300_000,
    ...call,
    environment: { GIT_NO_LAZY_FETCH: '1', ...call.environment },
  });
  if (result.exitCode !== 0) throw gitFault(result.stderr, directory, directory);
  return result;
}

/** One call that talks to a server. Faults: `offline` besides those of `gitLocal`; `refused` where single objects are not given. */
export async function gitRemote(
  directory: string | undefined,
  args: readonly string[],
  remote: Remote,
  call: GitCall = {},
): Promise<RunBytesResult> {
  const limits = remote.patience ?? patience;
  const subject = printable(shownUri(remote.uri));
  let result: RunBytesResult;
  try {
    result = await startGit(args, {
      ...(directory === undefined ? {} : { directory }),
      timeout: limits.whole * 1000,
      ...(remote.signal === undefined ? {} : { cancel: remote.signal }),
      ...call,
      settings: { ...remoteSettings(remote, !call.complete), ...call.settings },
      environment: { GIT_ALLOW_PROTOCOL: remote.protocols, ...call.environment },
    });
  } catch (error) {
    if (error instanceof Fault && error.code === 'failed')
      throw new Fault('offline', `${subject}: ${error.message.replace(/^git: /, '')}`, { cause: error });
    throw error;
  }
  if (result.signal === 'SIGINT') throw new Fault('interrupted', `${subject}: interrupted`);
  if (result.exitCode !== 0) throw gitFault(result.stderr, subject, directory);
  return result;
}

/** Without the password that it may carry. */
export function shownUri(uri: string): string {
  return uri.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
