// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is bash
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCacheEntry } from '../../../portage/files/md5-cache.ts';
import { locate } from '../../../system/locate.ts';
import { sourcedMetadata } from '../../../wrappers/olm/sourced.ts';
import { emerge, noteReduced, quick } from '../../kit/environment.ts';
import { type OverlayTexts, overlaySource, writeOverlay } from '../../kit/overlay-source.ts';
import { random } from '../../kit/random.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

const wanted = ['--unshare-user', '--unshare-all', '--ro-bind', '/', '/', 'true'];
const able =
  spawnSync('bwrap', wanted, process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534, cwd: '/' } : {})
    .status === 0;
if (!able) noteReduced('olm: no sandbox can be made here, ebuilds without metadata are not tested');

let root: Root;
const outer = process.env['TMPDIR'];
const temporary = mkdtempSync(join(tmpdir(), 'tumpline-sourced-'));
beforeAll(async () => {
  chmodSync(temporary, 0o755);
  process.env['TMPDIR'] = temporary;
  root = await makeRoot({
    eclasses: {
      both: 'IUSE="from-main"\nDEPEND="main/both"\n',
      base: 'inherit helper\nRDEPEND="main/base"\nbase_src_install() { :; }\nEXPORT_FUNCTIONS src_install\n',
      helper: 'case ${EAPI} in 5|6) ;; *) BDEPEND="main/helper" ;; esac\n',
      late: 'inherit both\nREQUIRED_USE="|| ( late )"\nIUSE="+late"\n',
    },
    overlays: { ov: { layout: ['masters = testbed'] } },
  });
});
afterAll(() => {
  root?.remove();
  if (outer === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outer;
  rmSync(temporary, { recursive: true });
});

async function sourced(texts: OverlayTexts, cpvs: readonly string[], known?: string) {
  const located = locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
  const notes: string[] = [];
  const found = await sourcedMetadata(located, overlaySource('ov', texts), cpvs, {
    masters: [root.repository],
    tell: note => notes.push(note),
    ...(known === undefined ? {} : { known }),
  });
  return { found, notes };
}

function leftovers(): string[] {
  return readdirSync(temporary).filter(name => name.startsWith('tumpline-depend-'));
}

const eclasses = {
  'eclass/both.eclass': 'IUSE="from-overlay"\nDEPEND="overlay/both"\nPROPERTIES="live"\n',
  'eclass/own.eclass': 'inherit base\n[[ ${PV} == 9* ]] && inherit late\nIUSE+=" own"\nPDEPEND="own/pdep"\n',
};

function someEbuilds(count: number): Record<string, string> {
  const next = random(5);
  const texts: Record<string, string> = {};
  const parts = [
    'inherit both',
    'inherit own',
    'inherit own late',
    'inherit nowhere',
    'SRC_URI="https://x.invalid/${P}.tar.gz -> ${PN}-${PV//_/-}.tar.gz mirror://a/${PF}"',
    'DEPEND="\n\ta/b\n\t>=c/d-1:=[x?]\n"',
    'RDEPEND="${DEPEND}\tfoo? ( a/c )"',
    'while read -r x; do IUSE+=" f${x}"; done < <(printf "%s\\n" 1 2)',
    'echo noise; echo noise >&2',
    'read -r LICENSE <<-END\nGPL-2 || ( MIT BSD )\nEND',
    'src_compile() { :; }\npkg_setup() { :; }',
    '/usr/bin/true || true',
    'KEYWORDS="~amd64 -*"',
    'DESCRIPTION="späte Größe * [ab] \\$HOME"',
    'if (( 1 + ',
    'die "no"',
    'SLOT="${PV%%.*}/${PVR}"',
    'REQUIRED_USE="^^ ( a b )" IUSE="a b" RESTRICT="test"',
  ];
  for (let i = 0; i < count; i += 1) {
    const eapi = next.pick(['5', '6', '7', '8', '8', '9']);
    const version = next.pick(['1', '9999', '2.1_rc3-r4', '0.5b_p20240101', '3-r1']);
    const chosen = parts.filter(() => next.chance(0.16));
    texts[`app-misc/p${i}/p${i}-${version}.ebuild`] =
      `# c\n\nEAPI=${next.pick(['', '"', "'"]).padEnd(0)}${eapi}\nDESCRIPTION="p"\nSLOT=0\n${chosen.join('\n')}\n`.replace(
        /^(# c\n\nEAPI=)(["'])(\d)/,
        '$1$2$3$2',
      );
  }
  return texts;
}

function cpvsOf(texts: OverlayTexts): string[] {
  return Object.keys(texts).flatMap(path => {
    const found = /^([^/]+)\/[^/]+\/(.*)\.ebuild$/.exec(path);
    return found ? `${found[1]}/${found[2]}` : [];
  });
}

describe.runIf(able)('ebuilds without metadata', () => {
  test.skipIf(quick)(
    'get what egencache makes of them, eclasses of the overlay before those of its masters',
    async () => {
      const texts = {
        ...eclasses,
        ...someEbuilds(60),
        'profiles/categories': 'app-misc\n',
      };
      const location = join(root.directory, 'var/db/repos/ov');
      writeOverlay(location, texts);
      const tool = join(dirname(emerge), 'egencache');
      await root.run(tool, ['--update', '--repo', 'ov', '--tolerant', '--jobs', '2'], { timeout: 120_000 });
      const { found } = await sourced(texts, cpvsOf(texts));
      const theirs = new Map(
        cpvsOf(texts).flatMap(cpv => {
          const file = join(location, 'metadata/md5-cache', cpv);
          return existsSync(file) ? [[cpv, readFileSync(file, 'utf8')] as const] : [];
        }),
      );
      expect(theirs.size).toBeGreaterThan(25);
      const ours = new Map([...found].map(([cpv, entry]) => [cpv, writeCacheEntry(entry)]));
      expect(Object.fromEntries(ours)).toEqual(Object.fromEntries([...theirs].sort()));
      expect(leftovers()).toEqual([]);
    },
  );

  test.skipIf(quick)('are not run again where the last generation has what still holds', async () => {
    const slot = (text: string) => ({
      'a-b/c/c-1.ebuild': `EAPI=8\nSLOT=${text}\nDESCRIPTION=d\ninherit both own\n`,
    });
    const known = join(root.directory, 'tmp/known');
    const first = (await sourced({ ...eclasses, ...slot('1') }, ['a-b/c-1'])).found.get('a-b/c-1')!;
    const kept = writeCacheEntry({ ...first, fields: new Map([...first.fields, ['SLOT', 'kept']]) });
    writeOverlay(known, { 'metadata/md5-cache/a-b/c-1': kept });
    const slotOf = async (texts: OverlayTexts) =>
      (await sourced(texts, ['a-b/c-1'], known)).found.get('a-b/c-1')?.fields.get('SLOT');
    expect(await slotOf({ ...eclasses, ...slot('1') })).toBe('kept');
    expect(await slotOf({ ...eclasses, ...slot('2') })).toBe('2');
    expect(await slotOf({ ...eclasses, 'eclass/helper.eclass': '', ...slot('1') })).toBe('1');
    writeOverlay(known, { 'metadata/md5-cache/a-b/c-1': `${kept}rubbish\n` });
    expect(await slotOf({ ...eclasses, ...slot('1') })).toBe('1');
  });

  test('reach nothing', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'tumpline-outside-'));
    writeFileSync(join(outside, 'secret'), 'secret');
    const server = createServer().listen(0, '127.0.0.1');
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise(done => server.once('listening', done));
    const port = (server.address() as { port: number }).port;
    const before = readFileSync('/proc/sys/kernel/core_uses_pid', 'utf8');
    const text = `EAPI=8
SLOT=0
DESCRIPTION="none"
tell() { [[ $1 == 0 ]] && DESCRIPTION+=" $2"; }
echo x > ${outside}/written; tell $? outside
echo x > ${root.directory}/written; tell $? root
echo x > /usr/written; tell $? usr
echo x > /written; tell $? top
echo x > /dev/written; tell $? dev
echo x > /repositories/repository-0/eclass/x.eclass; tell $? eclass
echo x > /portage/ebuild.sh; tell $? code
[[ -r ${outside}/secret ]]; tell $? secret
[[ -e /etc/passwd || -e /home || -e /root || -e /var || -e /run || -e /sys ]]; tell $? places
[[ -e ${root.directory} ]]; tell $? prefix
read -r x < /proc/sys/kernel/core_uses_pid; echo "\${x}" > /proc/sys/kernel/core_uses_pid; tell $? sysctl
echo b > /proc/sysrq-trigger; tell $? sysrq
( exec 5<>/dev/tcp/127.0.0.1/${port} ); tell $? network
kill -9 1; kill -9 -1; kill -0 ${process.pid}; tell $? parent
[[ \${UID} == 0 || \${EUID} == 0 ]]; tell $? uid
/usr/bin/unshare -U /usr/bin/true; tell $? namespace
/usr/bin/mount -t tmpfs none /tmp; tell $? mount
true
`;
    const texts = { 'app-misc/bad/bad-1.ebuild': text };
    const { found } = await sourced(texts, cpvsOf(texts));
    server.close();
    expect(found.get('app-misc/bad-1')?.fields.get('DESCRIPTION')).toBe('none');
    expect(connections).toBe(0);
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(existsSync(join(root.directory, 'written'))).toBe(false);
    expect(readFileSync('/proc/sys/kernel/core_uses_pid', 'utf8')).toBe(before);
    rmSync(outside, { recursive: true });
  });

  test('leave nothing behind, and sweep what a killed call left', async () => {
    const old = join(temporary, 'tumpline-depend-killed');
    const young = join(temporary, 'tumpline-depend-running');
    for (const path of [old, young]) mkdirSync(path);
    utimesSync(old, 1, 1);
    const texts = { 'a-b/c/c-1.ebuild': 'EAPI=8\nSLOT=0\nDESCRIPTION=d\n' };
    expect((await sourced(texts, ['a-b/c-1', 'a-b/none-1', 'rubbish'])).found.size).toBe(1);
    expect(leftovers()).toEqual(['tumpline-depend-running']);
    rmSync(young, { recursive: true });
  });

  test('cannot forge more than their own words, and never halfway', async () => {
    const frame = (body: string) => `EAPI=8\nSLOT=0\nDESCRIPTION="d"\n${body}\n`;
    const texts = {
      'a-b/twice/twice-1.ebuild': frame('echo "SLOT=5" >&9'),
      'a-b/key/key-1.ebuild': frame('echo "_md5_=00000000000000000000000000000000" >&9'),
      'a-b/half/half-1.ebuild': frame('echo "EAPI=8" >&9; exit 0'),
      'a-b/line/line-1.ebuild': frame("DESCRIPTION=$'a\\x1cSLOT=7'"),
      'a-b/escape/escape-1.ebuild': frame("DESCRIPTION=$'\\e[2J'"),
      'a-b/eapi/eapi-1.ebuild': frame('EAPI=7'),
      'a-b/path/path-1.ebuild': frame('INHERITED="../../x"'),
      'a-b/eclass/eclass-1.ebuild': frame('INHERITED="nowhere"'),
      'a-b/stdout/stdout-1.ebuild': frame('exec 1>&9; echo SLOT=9'),
      'a-b/bytes/bytes-1.ebuild': frame("DESCRIPTION=$'\\xff\\xfe'"),
      'a-b/new/new-1.ebuild': frame('').replace('EAPI=8', 'EAPI=42'),
      'a-b/odd/odd-1.ebuild': frame('').replace('EAPI=8', 'EAPI=$(id)'),
      'a-b/fine/fine-1.ebuild': frame('exec 1>/dev/full 2>&1'),
    };
    const { found, notes } = await sourced(texts, cpvsOf(texts));
    expect([...found.keys()]).toEqual(['a-b/fine-1']);
    expect(notes.length).toBe(12);
    expect(notes.every(note => /^ov: a-b\/\w+-1: its [ -~]+$/.test(note))).toBe(true);
  });

  test.skipIf(quick)(
    'are ended, with all that they started, and given up after five',
    { timeout: 120_000 },
    async () => {
      const frame = (body: string) => `EAPI=8\nSLOT=0\nDESCRIPTION="d"\n${body}\n`;
      const texts: Record<string, string> = {
        'a-b/a/a-1.ebuild': frame('while :; do :; done'),
        'a-b/b/b-1.ebuild': frame('bomb() { bomb | bomb & }; bomb; while :; do :; done'),
        'a-b/c/c-1.ebuild': frame(
          'while :; do echo "DESCRIPTION=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" >&9; done',
        ),
        'a-b/d/d-1.ebuild': frame(
          'trap "" TERM INT HUP; /usr/bin/setsid /usr/bin/sleep 31415 & /usr/bin/sleep 31415',
        ),
        'a-b/e/e-1.ebuild': frame('x=x; while :; do x+=${x}; done'),
        'a-b/f/f-1.ebuild': frame('while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done > /tmp/full'),
        'a-b/g/g-1.ebuild': frame('/usr/bin/sleep 31415'),
        'a-b/h/h-1.ebuild': frame('/usr/bin/sleep 31415'),
      };
      for (const name of ['i', 'j', 'k', 'l'])
        texts[`a-b/${name}/${name}-1.ebuild`] = frame('/usr/bin/sleep 31415');
      const began = Date.now();
      const { found, notes } = await sourced(texts, cpvsOf(texts));
      expect([...found.keys()]).toEqual([]);
      expect(Date.now() - began).toBeLessThan(45_000);
      expect(notes.join('\n')).toMatch(/not looked at, after 5 that did not end: \d/);
      const running = readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && cmdline(pid).includes('31415'));
      expect(running).toEqual([]);
      expect(leftovers()).toEqual([]);
    },
  );
});

function cmdline(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

test('without bubblewrap nothing is run, and one sentence says so', async () => {
  const path = process.env['PATH'];
  const empty = mkdtempSync(join(tmpdir(), 'tumpline-path-'));
  chmodSync(empty, 0o755);
  process.env['PATH'] = empty;
  try {
    const texts = { 'a-b/c/c-1.ebuild': 'EAPI=8\nSLOT=0\nDESCRIPTION=d\n' };
    const { found, notes } = await sourced(texts, ['a-b/c-1']);
    expect(found.size).toBe(0);
    expect(notes).toEqual([
      'ov: ebuilds without metadata were not looked at, since bubblewrap is not installed: emerge sys-apps/bubblewrap',
    ]);
  } finally {
    process.env['PATH'] = path;
    rmSync(empty, { recursive: true });
  }
});
