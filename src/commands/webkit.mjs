import { existsSync } from 'node:fs';
import { debian } from './debian.mjs';
import { fail, has } from './project.mjs';

const places = ['/usr/bin/WebKitWebDriver', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/WebKitWebDriver'];
const find = () => places.find(existsSync);

/**
 * The path of WebKitGTK's driver: the one named by WEBKIT, one on the machine, else Debian's package; undefined where there is none to be
 * had. It shows its browser on a display of its own, so an X server without a screen belongs to it.
 */
export async function webkit() {
  const named = process.env.WEBKIT;
  if (named) return existsSync(named) ? named : fail(`WEBKIT names ${named}, which does not exist: correct it or unset it.`);
  if (process.platform !== 'linux') return undefined;
  const driver = find() ?? ((await debian('webkit2gtk-driver')) ? find() : undefined);
  if (!driver) return undefined;
  return has('Xvfb', ['-help']) || (await debian('xvfb')) ? driver : undefined;
}
