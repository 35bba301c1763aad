import { existsSync } from 'node:fs';
import { debian } from './debian.mjs';

const driver = '/usr/bin/WebKitWebDriver';
const display = '/usr/bin/Xvfb';
const here = () => existsSync(driver) && existsSync(display);

/** The path of WebKit's driver, beside which a virtual display stands; from Debian's packages where they can be had, else undefined. */
export async function webkit() {
  if (here()) return driver;
  if (process.platform !== 'linux') return undefined;
  for (const name of ['webkit2gtk-driver', 'xvfb']) if (!(await debian(name))) return undefined;
  return here() ? driver : undefined;
}
