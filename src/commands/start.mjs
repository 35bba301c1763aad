/** npm start: install, build, serve, each only where needed. `npm start -- --port 8080` picks the port. */
import { build, fail, install, say } from './project.mjs';

const at = process.argv.indexOf('--port');
const port = at > 0 ? Number(process.argv[at + 1]) : 4321;
if (!Number.isInteger(port) || port < 1 || port > 65535)
  fail(`--port takes a number from 1 to 65535, not "${process.argv[at + 1] ?? ''}".`);

await install();
if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');
const { serve } = await import('./serve.mjs');
const { address } = await serve(port, { anyPort: at < 0 }).catch((error) =>
  fail(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is taken: stop what uses it, or choose another with "npm start -- --port ${port + 1}".`
      : String(error.message),
  ),
);
say(`Lengthwise is at ${address}   (Ctrl+C stops it)`);
