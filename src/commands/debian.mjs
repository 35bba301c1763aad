import { has, run, say } from './project.mjs';

/** debian(name) installs a package of Debian's where that can be done without a question. True where it says it did. */
export async function debian(name) {
  if (!has('apt-get')) return false;
  const root = process.getuid?.() === 0;
  if (!root && !has('sudo', ['-n', 'true'])) return false;
  say(`Installing Debian’s ${name}`);
  const apt = (...args) =>
    run(root ? 'apt-get' : 'sudo', [...(root ? [] : ['-n', 'apt-get']), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const install = ['install', '-y', '--no-install-recommends', name];
  if ((await apt(...install)) === 0) return true;
  await apt('update');
  return (await apt(...install)) === 0;
}
