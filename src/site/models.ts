import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const folder = 'seeds/model/weights';
const module = 'virtual:models';

/** A file of weights as the site serves it: named by what it holds. */
export interface ServedModel {
  readonly name: string;
  /** Below the site, without a slash in front. */
  readonly path: string;
  readonly bytes: number;
}

/** servedModels(): every file of weights there is. */
export function servedModels(): ServedModel[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bin'))
    .sort()
    .map((file) => {
      const data = readFileSync(`${folder}/${file}`);
      const name = file.replace('.bin', '');
      return { name, path: `weights/${name}.${createHash('sha256').update(data).digest('hex').slice(0, 10)}.bin`, bytes: data.length };
    });
}

/** modelAddresses() tells the browser's code where the weights are: `virtual:models` is the list of servedModels. */
export function modelAddresses(): Plugin {
  return {
    name: 'lengthwise:models',
    resolveId: (id) => (id === module ? `\0${module}` : undefined),
    load: (id) => (id === `\0${module}` ? `export default ${JSON.stringify(servedModels())};` : undefined),
  };
}
