/** OpenPGP keys for tests, in a GNUPGHOME of their own. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Keyring {
  readonly gnupg: string;
  /** Makes a signing key for that address; with `date` (YYYYMMDD) as of that day, and good for a year only. */
  make(address: string, date?: string): void;
  /** The public key in a file. */
  publish(address: string): string;
  /** A gpg that takes it for that day. */
  gpgOf(date: string): string;
  /** Revokes the key. */
  revoke(address: string): void;
  stop(): void;
}

/** A new keyring. Its path is short, as the agent's socket lies in it. */
export function makeKeyring(): Keyring {
  const gnupg = mkdtempSync(join(tmpdir(), 'gpg-'));
  chmodSync(gnupg, 0o700);
  function gpg(args: readonly string[], input = ''): string {
    return execFileSync('gpg', ['--homedir', gnupg, '--batch', '--yes', '--no-tty', ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  }
  return {
    gnupg,
    make(address, date) {
      const time = date === undefined ? [] : ['--faked-system-time', `${date}T000000`];
      const args = ['--quick-generate-key', address, 'ed25519', 'sign', date === undefined ? '0' : '1y'];
      gpg([...time, '--passphrase', '', '--pinentry-mode', 'loopback', ...args]);
    },
    publish(address) {
      const file = join(gnupg, `${address}.asc`);
      writeFileSync(file, gpg(['--armor', '--export', address]));
      return file;
    },
    gpgOf(date) {
      const file = join(gnupg, `gpg-${date}`);
      writeFileSync(file, `#!/bin/sh\nexec gpg --faked-system-time ${date}T000000 "$@"\n`, { mode: 0o755 });
      return file;
    },
    revoke(address) {
      const [, fingerprint = ''] = /^fpr:+([0-9A-F]+):/m.exec(gpg(['--with-colons', '-K', address])) ?? [];
      const file = join(gnupg, 'openpgp-revocs.d', `${fingerprint}.rev`);
      const sed = execFileSync('sed', ['s/^:---/---/', file], { encoding: 'utf8' });
      gpg(['--import'], sed);
    },
    stop() {
      execFileSync('gpgconf', ['--homedir', gnupg, '--kill', 'all']);
      rmSync(gnupg, { recursive: true, force: true });
    },
  };
}
