import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsOf } from '../../commands/command.ts';
import { tumpline } from '../../commands/table.ts';
import { noteReduced, quick, top } from '../kit/environment.ts';
import { builtTree } from './built.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-frame-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let tree: string;
let program: string;
beforeAll(async () => {
  tree = await builtTree();
  program = join(tree, 'bin/tumpline');
});

const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };

function start(args: readonly string[], environment: Record<string, string> = {}, command = program) {
  return spawnSync(command, args, {
    env: { PATH: process.env['PATH'], HOME: scratch, ...environment },
    encoding: 'utf8',
    timeout: 30_000,
    cwd: scratch,
  });
}

describe('what needs no parser', () => {
  test('--version, --help, help', () => {
    expect(start(['--version'])).toMatchObject({ status: 0, stdout: `tumpline ${version}\n`, stderr: '' });
    for (const word of ['--help', '-h', 'help']) {
      const { status, stdout, stderr } = start([word]);
      expect([status, stderr]).toEqual([0, '']);
      for (const { name, summary } of tumpline.table)
        expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
    }
  });

  test('yargs is not loaded for them', () => {
    const text = readFileSync(join(tree, 'lib/tumpline/tumpline.cjs'), 'utf8');
    const marked = text.replace('"commands/parse.ts"() {', '$& process.stderr.write("PARSER");');
    expect(marked).not.toBe(text);
    const copy = join(scratch, 'marked');
    cpSync(tree, copy, { recursive: true });
    writeFileSync(join(copy, 'lib/tumpline/tumpline.cjs'), marked);
    const at = (args: string[]) => start(args, {}, join(copy, 'bin/tumpline')).stderr;
    // the mark speaks when the module that imports yargs is run
    expect(at(['completion', 'bash'])).toBe('PARSER');
    for (const args of [['--version'], ['--help']]) expect(at(args)).toBe('');
  });

  test('no command at all is wrong usage, of a group too', () => {
    expect(start([])).toMatchObject({ status: 2, stdout: '' });
    const group = start(['sets']);
    expect(group).toMatchObject({ status: 2, stdout: '' });
    for (const args of [
      ['sets', '--help'],
      ['help', 'sets'],
    ])
      expect(start(args)).toMatchObject({ status: 0, stdout: group.stderr, stderr: '' });
  });

  test('every command has its help, on stdout', () => {
    for (const { name, options = {} } of tumpline.table.flatMap(commandsOf)) {
      for (const args of [
        [...name.split(' '), '--help'],
        ...(quick && name.includes(' ') ? [] : [['help', ...name.split(' ')]]),
      ]) {
        const { status, stdout, stderr } = start(args);
        expect([status, stderr]).toEqual([0, '']);
        expect(stdout).toContain(`usage: tumpline ${name}`);
        for (const option of Object.keys(options)) expect(stdout).toContain(`--${option}`);
      }
    }
  });
});

describe('wrong usage', () => {
  test.each([
    [['statsu'], 'statsu: no such command', 'tumpline status'],
    [['--verison'], '--verison: no such option', 'tumpline --version'],
    [['\u001b[2J'], '\\u001b[2J: no such command', 'tumpline --help'],
    [['status', '--jsn'], 'status: unknown option --jsn', 'tumpline status --json'],
    [['status', '--roots=/x'], 'status: unknown option --roots=/x', 'tumpline status --root'],
    [['sets', 'lits'], 'sets: no such command: lits', 'tumpline sets list'],
    [['sets', 'list', '--al'], 'sets list: unknown option --al', 'tumpline sets list --all'],
    [['sets', 'show'], 'sets show: NAME is missing', 'tumpline sets show --help'],
    [['status', '-x'], 'status: unknown option -x', 'tumpline status --help'],
    [['status', 'now'], "status: does not take 'now'", 'tumpline status --help'],
    [['status', '--', 'now'], "status: takes nothing behind --, but got 'now'", 'tumpline status --help'],
    [['status', '--root'], 'status: --root needs a value', 'tumpline status --help'],
    [['status', '--root='], 'status: --root needs a value', 'tumpline status --help'],
    [['enable'], 'enable: PART is missing', 'tumpline enable --help'],
    [
      ['enable', 'emrege'],
      "enable: unknown PART 'emrege' (known: emerge, sets, ebuild, olm)",
      'tumpline enable emerge',
    ],
    [
      ['enable', 'emerge', '--observability=perhaps'],
      "enable: --observability takes yes or no, not 'perhaps'",
      'tumpline enable --help',
    ],
    [['disable'], 'disable: PART is missing', 'tumpline disable --all'],
    [['disable', 'emerge', '--all'], 'disable: a part or --all, not both', 'tumpline disable emerge'],
    [
      ['completion', 'tcsh'],
      "completion: unknown SHELL 'tcsh' (known: bash, zsh, fish)",
      'tumpline completion zsh',
    ],
  ])('%j', (args, what, hint) => {
    const { status, stdout, stderr } = start(args);
    expect(stderr.split('\n')[0]).toBe(`tumpline: ${what}`);
    expect(stderr.split('\n')[1]).toMatch(/^try: tumpline /);
    if (!what.includes('tcsh')) expect(stderr).toBe(`tumpline: ${what}\ntry: ${hint}\n`);
    expect([status, stdout]).toEqual([2, '']);
  });

  test('with --json the fault is a document on stdout too', () => {
    const { status, stdout, stderr } = start(['status', '--json', 'now']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'usage', message: "status: does not take 'now'", hint: 'tumpline status --help' },
    });
    expect(stderr).toContain("tumpline: status: does not take 'now'");
    expect(start(['nothing', '--', '--json']).stdout).toBe('');
    for (const args of [['--format', 'json'], ['--format=json']])
      expect(JSON.parse(start(['graph', ...args]).stdout)).toMatchObject({ error: { code: 'usage' } });
  });

  test('a missing emerge is told in two lines; the stack goes to TUMPLINE_DEBUG alone', () => {
    const bare = {
      PATH: `${dirname(process.execPath)}${delimiter}/bin`,
      TUMPLINE_EMERGE: join(scratch, 'none'),
    };
    const { status, stderr } = start(['status'], bare);
    expect(status).toBe(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    const log = join(scratch, 'debug.log');
    start(['status'], { ...bare, TUMPLINE_DEBUG: log });
    expect(readFileSync(log, 'utf8')).toMatch(/ fault: .*\n.* fault: {5}at /);
  });
});

describe('streams and signals', () => {
  test('a reader that goes away is no error', () => {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; for i in 1 2 3 4 5 6 7 8; do "$1" completion bash | true; done`,
        'bash',
        program,
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('colour only on terminals, and not where it is refused', () => {
    const colour = (environment: Record<string, string>, args = 'statsu') => {
      const { NO_COLOR: _, NOCOLOR: __, ...rest } = process.env;
      return spawnSync('script', ['-qec', `${program} ${args}`, '/dev/null'], {
        env: { ...rest, TERM: 'xterm', ...environment },
        encoding: 'utf8',
        input: '',
      }).stdout;
    };
    expect(colour({})).toContain('\u001b[31mtumpline:\u001b[39m statsu');
    for (const refused of [{ NO_COLOR: '1' }, { NOCOLOR: 'true' }, { NOCOLOR: 'yes' }, { TERM: 'dumb' }])
      expect(colour(refused)).toMatch(/^tumpline: statsu/);
    expect(start(['statsu'], { TERM: 'xterm' }).stderr).toMatch(/^tumpline: statsu/);
  });

  test('an interrupt ends it with 130', async () => {
    // an emerge whose Python never answers, so that there is something to interrupt
    const slow = join(scratch, 'slow');
    mkdirSync(slow);
    writeFileSync(join(slow, 'python3'), '#!/bin/sh\ntouch "$0.started"\nexec sleep 30\n');
    writeFileSync(join(slow, 'emerge'), `#!${slow}/python3\n`);
    chmodSync(join(slow, 'python3'), 0o755);
    chmodSync(join(slow, 'emerge'), 0o755);
    const child = spawn(program, ['version'], {
      env: { ...process.env, TUMPLINE_EMERGE: join(slow, 'emerge'), PORTAGE_OVERRIDE_EPREFIX: scratch },
      stdio: 'ignore',
      detached: true,
    });
    const ended = new Promise<number | null>(done => child.on('exit', code => done(code)));
    for (let round = 0; round < 200; round += 1) {
      await new Promise(done => setTimeout(done, 25));
      if (spawnSync('test', ['-e', join(slow, 'python3.started')]).status === 0) break;
    }
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await ended).toBe(130);
  });
});

describe('the sh front', () => {
  const shells = ['dash', 'bash', 'busybox'].filter(
    name => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
  );
  if (shells.length < 3) noteReduced(`the sh front of tumpline ran only in ${shells.join(', ')}`);

  test.each(shells)('%s: through links, from PATH, from anywhere', shell => {
    const sh = (script: string, environment: Record<string, string> = {}) =>
      spawnSync(shell, [...(shell === 'busybox' ? ['sh'] : []), script, '--version'], {
        cwd: scratch,
        env: { PATH: process.env['PATH'], ...environment },
        encoding: 'utf8',
      });
    const place = join(scratch, shell, 'a dir');
    mkdirSync(join(place, 'bin'), { recursive: true });
    symlinkSync(program, join(place, 'absolute'));
    symlinkSync('../absolute', join(place, 'bin/relative'));
    symlinkSync('bin', join(place, 'linked'));
    const answer = { status: 0, stdout: `tumpline ${version}\n`, stderr: '' };
    expect(sh(program)).toMatchObject(answer);
    expect(sh(join(place, 'linked/relative'))).toMatchObject(answer);
    expect(sh(`${shell}/a dir/bin/relative`)).toMatchObject(answer);
    expect(sh(program, { CDPATH: '/usr:/' })).toMatchObject(answer);
    symlinkSync('loop', join(place, 'loop'));
    expect(sh(join(place, 'loop')).status).not.toBe(0);
  });

  test('a missing bundle, a missing Node and one that is too old: one line, exit status 1', () => {
    const broken = join(scratch, 'broken');
    mkdirSync(join(broken, 'bin'), { recursive: true });
    cpSync(program, join(broken, 'bin/tumpline'));
    const lost = start(['--version'], {}, join(broken, 'bin/tumpline'));
    expect(lost).toMatchObject({ status: 1, stdout: '' });
    expect(lost.stderr).toBe(
      `tumpline: ${broken}/lib/tumpline/tumpline.cjs: not there; build or install tumpline again\n`,
    );
    const tools = join(scratch, 'tools');
    mkdirSync(tools);
    for (const name of ['sh', 'readlink', 'dash', 'bash'])
      symlinkSync(
        spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim(),
        join(tools, name),
      );
    const none = start(['--version'], { PATH: tools });
    expect(none).toMatchObject({ status: 1, stdout: '' });
    expect(none.stderr).toBe(
      'tumpline: node: not found in PATH; to install it: emerge --ask net-libs/nodejs\n',
    );
    // the real Node, told by a preload that it is an old one
    writeFileSync(
      join(scratch, 'old.cjs'),
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });",
    );
    const old = start(['--version'], { NODE_OPTIONS: `--require ${join(scratch, 'old.cjs')}` });
    expect(old).toMatchObject({ status: 1, stdout: '' });
    expect(old.stderr).toBe(
      'tumpline: node 18.20.4 is too old, 20 or newer is needed; to install it: emerge --ask net-libs/nodejs\n',
    );
  });
});
