import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { debian } from './debian.mjs';
import { fail } from './project.mjs';

/** Where a Firefox usually stands. */
const places = {
  linux: ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox'],
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: ['C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
};
const works = (path) =>
  existsSync(path) && (process.platform === 'win32' || spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0);
const find = () => (places[process.platform] ?? []).find(works);

/** The path of a Firefox: the one named by FIREFOX, one on the machine, else Debian's package; undefined where there is none to be had. */
export async function firefox() {
  const named = process.env.FIREFOX;
  if (named) return works(named) ? named : fail(`FIREFOX names ${named}, which does not run: correct it or unset it.`);
  return find() ?? ((await debian('firefox-esr')) ? find() : undefined);
}
