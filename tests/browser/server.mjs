import { serve } from '../../src/commands/serve.mjs';

await serve(Number(process.argv[2]));
