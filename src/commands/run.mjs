/** npm run dev, build, check, unit, browser: installs where needed, then runs one of the project's tools on the project's Node. */
import { fail, install, run } from './project.mjs';

const [tool, ...args] = process.argv.slice(2);
if (!tool) fail('Say which tool: node src/commands/run.mjs <tool> [arguments].');
await install();
if (tool === 'check') {
  const { check } = await import('./check.mjs');
  process.exit((await check()) ? 0 : 1);
}
if (tool === 'playwright') {
  const { chromium } = await import('./chromium.mjs');
  process.env.CHROMIUM = await chromium();
  process.exit(await run(tool, args, { env: { ...(await import('./project.mjs')).environment, CHROMIUM: process.env.CHROMIUM } }));
}
process.exit(await run(tool, args));
