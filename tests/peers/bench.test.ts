import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { ours, peers, ready, tasks, type Call, type Contender, type Task } from './contenders';

const sizes = [64, 128, 256, 512, 1024, 2048];
/** A contender that needs longer than this for one call is not asked for the next size, which takes up to eight times as long. Milliseconds. */
const patience = 1500;
const wasm = fileURLToPath(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/', import.meta.url));

/** Milliseconds of the fastest call: at least three, or as many as fit into 0.4 s. */
async function fastest(call: Call): Promise<number> {
  const first = performance.now();
  await call();
  // Where one call takes seconds, warming up is the smaller part of it.
  let best = performance.now() - first;
  if (best > patience) return best;
  const begin = performance.now();
  for (let calls = 0; calls < 3 || performance.now() - begin < 400; calls++) {
    const start = performance.now();
    await call();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** The slope of ln t against ln n, over the sizes from 256 on where there are three. */
function growth(times: readonly (number | undefined)[]): number {
  const points = sizes
    .map((n, i) => [Math.log(n), times[i] === undefined ? NaN : Math.log(times[i]!)] as const)
    .filter(([, t]) => Number.isFinite(t));
  const late = points.filter(([n]) => n >= Math.log(256));
  const used = late.length >= 3 ? late : points;
  const mean = (f: (p: readonly [number, number]) => number) => used.reduce((sum, p) => sum + f(p), 0) / used.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - mx) * (y - my)) / mean(([x]) => (x - mx) ** 2);
}

async function timed(contender: Contender, task: Task): Promise<(number | undefined)[]> {
  const times: (number | undefined)[] = [];
  await ready(contender.name, wasm);
  for (const n of sizes) {
    const late = (times.at(-1) ?? 0) > patience;
    const call = late ? undefined : contender.prepare(task, n);
    times.push(call && (await fastest(call)));
    if (!call) break;
  }
  return sizes.map((_, i) => times[i]);
}

const cell = (text: string) => text.padStart(14);

it('bench', { timeout: 3_600_000 }, async () => {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const task of tasks) {
    say(
      `\n${task}${task === 'attention' ? ', softmax, 64 channels' : task === 'convolution' ? ', causal, by FFT' : ', n by n'}: milliseconds, and in brackets how many times the time of lengthwise`,
    );
    say(`${''.padEnd(26)}${sizes.map((n) => cell(`n = ${n}`)).join('')}${cell('growth')}`);
    const own = await timed(ours, task);
    const line = (name: string, times: (number | undefined)[], relative: boolean) =>
      say(
        name.padEnd(26) +
          times
            .map((t, i) =>
              cell(
                t === undefined
                  ? '-'
                  : `${t < 1000 ? t.toPrecision(3) : t.toFixed(0)}${relative && own[i] ? ` (${t / own[i]! < 100 ? (t / own[i]!).toPrecision(2) : (t / own[i]!).toFixed(0)})` : ''}`,
              ),
            )
            .join('') +
          cell(times.filter((t) => t !== undefined).length > 2 ? `n^${growth(times).toFixed(2)}` : '-'),
      );
    line(ours.name, own, false);
    for (const peer of peers) {
      const times = await timed(peer, task);
      if (times.some((t) => t !== undefined)) line(peer.name, times, true);
      else say(`${peer.name.padEnd(26)}${cell('does not offer it')}`);
    }
  }
});
