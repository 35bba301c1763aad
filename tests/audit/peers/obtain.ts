import { fileURLToPath } from 'node:url';
import { fromGit } from './git';
import { fromNpm, readFrom } from './npm';
import type { Peer } from './peers';
import { pack, type Sent } from './server';
import type { Obtained, Source } from './source';

const pages = fileURLToPath(new URL('./pages', import.meta.url));

/** obtain(peer): its files, or why they are not to be had on this machine. */
export function obtain({ from, others = {} }: Peer): Obtained {
  const names = [...Object.values('files' in from ? from.files : {}), ...Object.values(others)];
  const packages = [...new Set(names.map(packageOf).filter((name) => name !== undefined))];
  for (const name of packages) {
    const got = fromNpm(name);
    if ('missing' in got) return got;
  }
  if ('repository' in from) return fromGit(from);
  const { files } = from;
  return {
    source: {
      read: (path) => (files[path] === undefined ? null : packageOf(files[path]) ? inPackage(files[path]) : readFrom(pages, files[path])),
      absent: new Set(),
      how: `${from.how}, with the npm packages ${packages.join(', ')}`,
    },
  };
}

/** standIns(peer, source): what answers for hosts that cannot be reached, by address. */
export function standIns({ others = {} }: Peer, source: Source): ReadonlyMap<string, Sent> {
  const found = Object.entries(others).flatMap(([url, file]): [string, Sent][] => {
    const body = packageOf(file) ? inPackage(file) : source.read(file);
    return body ? [[url, pack(file, body)]] : [];
  });
  return new Map(found);
}

/** “@scope/name@1.2.3” out of “@scope/name@1.2.3/dist/file.js”. */
function packageOf(file: string): string | undefined {
  return /^(?:@[^/]+\/)?[^/@]+@\d[^/]*(?=\/)/.exec(file)?.[0];
}

function inPackage(file: string): Buffer | null {
  const name = packageOf(file)!;
  const got = fromNpm(name);
  return 'path' in got ? readFrom(got.path, file.slice(name.length + 1)) : null;
}
