import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kept, places } from './folders';
import type { Obtained } from './source';

/** A folder of built pages as its authors committed it. Nothing is built here: what is served is what stands in the commit. */
export interface Committed {
  /** owner/name on GitHub. */
  readonly repository: string;
  readonly commit: string;
  /** '' for the whole tree. */
  readonly folder: string;
}

/** fromGit(what): out of a copy of the repository in one of the places, bare or with a work tree; else out of a clone. */
export function fromGit({ repository, commit, folder }: Committed): Obtained {
  const name = repository.replace('/', '+');
  const found = places.flatMap((place) => ['', 'repo'].map((sub) => join(place, name, sub))).find((path) => holds(path, commit));
  const cloned = found ? undefined : clone(repository, commit);
  if (cloned && 'missing' in cloned) return cloned;
  const copy = found ?? cloned!.path;
  const at = `${commit}:${folder && `${folder}/`}`;
  const listed = git(copy, 'ls-tree', '-r', '-z', '--name-only', at).stdout.toString().split('\0').filter(Boolean);
  if (!listed.length)
    return { missing: `not to be had here: ${repository} has no files in ${folder || 'its root'} at ${commit.slice(0, 10)}` };
  const names = new Set(listed);
  const absent = new Set<string>();
  return {
    source: {
      read(path) {
        if (!names.has(path)) return null;
        const { status, stdout } = git(copy, 'cat-file', 'blob', at + path);
        if (status !== 0) absent.add(path);
        return status === 0 ? stdout : null;
      },
      absent,
      how: `committed build: ${repository} at ${commit.slice(0, 10)}${folder && `, folder ${folder}`}, served as it is`,
    },
  };
}

/** A clone without its files: git brings each when it is read. */
function clone(repository: string, commit: string): { path: string } | { missing: string } {
  const path = join(kept, 'git', repository.replace('/', '+'));
  mkdirSync(join(kept, 'git'), { recursive: true });
  if (!existsSync(path)) {
    const { status, stderr } = git(
      join(kept, 'git'),
      'clone',
      '--quiet',
      '--bare',
      '--filter=blob:none',
      `https://github.com/${repository}`,
      path,
    );
    if (status !== 0)
      return { missing: `not to be had here: ${repository} is in no folder of repositories, and git clone says “${lastLine(stderr)}”` };
  }
  if (!holds(path, commit)) git(path, 'fetch', '--quiet', '--filter=blob:none', 'origin', commit);
  return holds(path, commit) ? { path } : { missing: `not to be had here: ${repository} no longer has commit ${commit.slice(0, 10)}` };
}

function holds(path: string, commit: string): boolean {
  return existsSync(path) && git(path, 'cat-file', '-e', `${commit}^{tree}`).status === 0;
}

function git(path: string, ...args: string[]) {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  return spawnSync('git', ['-C', path, ...args], { env, maxBuffer: 2 ** 28, timeout: 120_000 });
}

function lastLine(text: Buffer): string {
  return text.toString().trim().split('\n').at(-1) ?? '';
}
