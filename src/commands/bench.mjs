/** npm run bench: the numeric floor beside the libraries a developer would pick instead. They are installed only here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, install, root, run, say } from './project.mjs';

await install();
const peers = join(root, 'tests', 'peers');
if (!existsSync(join(peers, 'node_modules'))) {
  say('Installing the libraries to compare with (about 90 MB, once)');
  if ((await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peers })) !== 0)
    fail('npm could not install tests/peers: see its message above, and run this again.');
}
say('Measuring; close other programs for steady numbers (about five minutes)');
process.exit(await run('vitest', ['run', '--config', join(peers, 'vitest.config.ts')]));
