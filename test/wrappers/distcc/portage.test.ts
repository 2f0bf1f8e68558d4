/** A package with a configure script and forty units under the real Portage, with the guard where FEATURES=distcc looks. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtTree } from '../../commands/built.ts';
import { hasDistcc, startDistccd } from '../../kit/distccd.ts';
import { noteReduced, quick, emerge as realEmerge } from '../../kit/environment.ts';
import { makeRoot } from '../../testbed/root.ts';

const phases = String.raw`
src_unpack() {
	mkdir -p "${'$'}{S}" || die
	cd "${'$'}{S}" || die
	local i
	for i in {1..40}; do echo "int unit${'$'}{i}(int x) { return x + ${'$'}{i}; }" > unit${'$'}{i}.c; done
	printf '%s\n' '#!/bin/sh' \
		'for i in 1 2 3 4 5; do' \
		'  echo "int good;" > conftest.c; gcc -c conftest.c -o conftest.o || exit 1' \
		'  echo "int bad(" > conftest.c; gcc -c conftest.c -o conftest.o 2>conftest.err && exit 1' \
		'  grep -q distcc conftest.err && exit 1' \
		'done' \
		'rm -f conftest.*' > configure
	chmod +x configure
	printf 'all: %s\n' "$(echo unit{1..40}.o)" > Makefile
}
src_configure() { ./configure || die "a check came out wrong"; }
src_compile() { emake -j4 CC=gcc; }
src_install() { insinto /usr/share/units; doins *.o; }
`;

test.skipIf(quick || !hasDistcc())('forty units are remote, and nothing of the checks', async () => {
  if (process.getuid?.() === 0)
    noteReduced('distcc: under Portage without userpriv, there is no user portage');
  const tree = await builtTree();
  const server = await startDistccd();
  const root = await makeRoot({
    observability: false,
    ebuilds: { 'app-misc/units-1': { phases } },
    makeConf: { FEATURES: 'distcc', DISTCC_HOSTS: `${server.host}/8` },
  });
  try {
    symlinkSync(join(tree, 'libexec/tumpline/distcc'), join(root.directory, 'usr/lib/distcc'));
    const { exitCode, stdout, stderr } = await root.emerge(['-1', 'app-misc/units']);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout + stderr).not.toContain('distcc[');
    const memory = join(root.directory, 'var/tmp/portage/.distcc/tumpline');
    const journal = readdirSync(memory)
      .filter(name => name.startsWith('journal.'))
      .flatMap(name => readFileSync(join(memory, name), 'utf8').split('\n').slice(0, -1))
      .map(line => line.split('\t').slice(2).join(' '));
    const units = Array.from({ length: 40 }, (_, index) => `unit${index + 1}.c`);
    expect(journal.sort()).toEqual(
      units.map(unit => `remote ${server.host}/8 app-misc/units-1 ${unit}`).sort(),
    );
    expect(readdirSync(join(root.directory, 'usr/share/units'))).toHaveLength(40);
    const told = spawnSync(join(tree, 'bin/tumpline'), ['distcc', 'report', 'units-1'], {
      env: { ...root.environment, TUMPLINE_EMERGE: realEmerge },
      encoding: 'utf8',
    });
    expect(told.stdout).toBe(
      `app-misc/units-1: 40 of 40 compiles remote, 0 done twice\n  ${server.host}/8: 40 compiles\n`,
    );
    const environment = { ...root.environment, TUMPLINE_EMERGE: realEmerge, DISTCC_HOSTS: server.host };
    const doctor = (changes = {}) =>
      spawnSync(join(tree, 'bin/tumpline'), ['distcc', 'doctor'], {
        env: { ...environment, ...changes },
        encoding: 'utf8',
      });
    expect(doctor()).toMatchObject({ status: 0, stdout: `${server.host}: answers, compiles as here\n` });
    rmSync(join(root.directory, 'usr/lib/distcc'));
    writeFileSync(join(root.directory, 'etc/portage/make.conf'), 'CFLAGS="-O2 -march=native"\n', {
      flag: 'a',
    });
    expect(doctor().stdout.match(/^problem: (FEATURES=distcc|-march=native)/gm)).toHaveLength(2);
  } finally {
    root.remove();
    await server.remove();
  }
});
