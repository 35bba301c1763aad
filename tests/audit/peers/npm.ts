import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { kept } from './folders';

/** fromNpm('d3@7.9.0'): the folder of the package's files, fetched once; or why it is not there. */
export function fromNpm(pack: string): { path: string } | { missing: string } {
  const path = join(kept, 'npm', pack.replace('/', '+'));
  if (existsSync(path)) return { path };
  const part = `${path}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const packed = run('npm', 'pack', pack, '--silent', '--pack-destination', part);
  const archive = packed.stdout.trim().split('\n').at(-1) ?? '';
  if (packed.status !== 0) return { missing: `not to be had here: npm pack ${pack} failed` };
  const unpacked = run('tar', '-xzf', join(part, archive), '-C', part);
  if (unpacked.status !== 0) return { missing: `not to be had here: ${archive} could not be unpacked` };
  renameSync(join(part, 'package'), path);
  rmSync(part, { recursive: true, force: true });
  return { path };
}

/** readFrom(folder, path): a file below the folder, or null. */
export function readFrom(folder: string, path: string): Buffer | null {
  const file = resolve(folder, path);
  if (!file.startsWith(folder + sep)) return null;
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { encoding: 'utf8', timeout: 120_000, shell: process.platform === 'win32' });
}
