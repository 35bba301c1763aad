/**
 * Trains the small decoder of the figure to convergence, each encoding with several seeds, with the very code that trains it in a browser, and writes
 * runs.json and alike.json beside this file: node seeds/positional-encoding/train.mjs [--seeds 4] [--batches n] [--tests 64] [--to folder]
 * Some fifteen minutes of one core. The same code and seeds write the same file on any machine. Needs node 24.
 */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = new URL('../../', import.meta.url);
registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('@/')) return next(new URL(`src/${name.slice(2)}.ts`, root).href, context);
    return next(/^\.\.?\/.*[^.]\w{3,}$/.test(name) && !/\.(ts|mjs|js|json)$/.test(name) ? `${name}.ts` : name, context);
  },
});
const part = (name) => import(new URL(`src/mechanisms/positional-extrapolation/positional-encoding-length-generalization-${name}.ts`, root).href);
const { architectureOf, begin, recipeOf, train, accuracy } = await part('train');
const { encodings, testedLength } = await part('setting');
const { read, map } = await part('pass');
const { batchOf, problem } = await part('tasks');
const { betweenHeads } = await part('compare');
const { random } = await import(new URL('src/tensor/random.ts', root).href);

const { values: asked } = parseArgs({
  options: {
    seeds: { type: 'string', default: '4' },
    batches: { type: 'string' },
    tests: { type: 'string', default: '64' },
    to: { type: 'string', default: fileURLToPath(new URL('.', import.meta.url)) },
  },
});
const whole = (name) => {
  const value = Number(asked[name]);
  if (!(Number.isInteger(value) && value > 0)) throw new RangeError(`--${name} takes a whole number above 0, not ${asked[name]}`);
  return value;
};
const seeds = whole('seeds');
/** Problems for each length, the same for all. */
const tests = whole('tests');
/** Sorting is learned soon, copying is not. */
const batches = asked.batches === undefined ? { sort: 1000, copy: 2500 } : { sort: whole('batches'), copy: whole('batches') };
/** Losses are means over so many batches; of them a few are kept, closer at the beginning. */
const stretch = { sort: Math.min(25, batches.sort), copy: Math.min(50, batches.copy) };
const kept = (task) => {
  const all = Math.floor(batches[task] / stretch[task]);
  return [...new Set(Array.from({ length: 18 }, (_, i) => Math.round(all ** (i / 17))))];
};
const lengths = Array.from({ length: testedLength }, (_, i) => i + 1);

const runs = [];
const nets = new Map();
const began = performance.now();
for (let seed = 1; seed <= seeds; seed++) {
  for (const [task, layers] of [['sort', 2], ['copy', 2], ['copy', 3], ['sort', 3]])
    for (const encoding of encodings) {
      const training = begin(architectureOf(encoding, layers), recipeOf(task, batches[task]), seed);
      const loss = [];
      let sum = 0;
      for (let i = 1; i <= batches[task]; i++) {
        sum += train(training);
        if (i % stretch[task]) continue;
        loss.push(Number((sum / stretch[task]).toPrecision(3)));
        sum = 0;
      }
      // Of the problems of each length, how many were answered without an error.
      const right = accuracy(training.net, task, lengths, tests, 9001).map(({ exact }) => Math.round(exact * tests));
      runs.push({ task, layers, encoding, seed, right, loss });
      nets.set([task, layers, encoding, seed].join(), training.net);
      console.log(task, layers, encoding, seed, `${Math.round((performance.now() - began) / 1000)} s`, loss.at(-1), right.join(' '));
    }
  write(seed);
}
console.log(`${Math.round(process.cpuUsage().user / 1e6)} s of one core`);

/** Writes what there is: by task and depth, by encoding, by seed. Losses stand at the middle of the batches that they are means of. */
function write(done) {
  const grouped = (list, entry) => {
    const result = {};
    for (const one of list) ((result[one.task + one.layers] ??= {})[one.encoding] ??= []).push(entry(one));
    return result;
  };
  const file = {
    tests,
    batches,
    at: Object.fromEntries(Object.keys(batches).map((task) => [task, kept(task).map((k) => (k - 0.5) * stretch[task])])),
    runs: grouped(runs, ({ task, right, loss }) => ({ right, loss: kept(task).map((k) => Number(loss[k - 1].toPrecision(2))) })),
  };
  writeFileSync(join(asked.to, 'runs.json'), `${JSON.stringify(file)}\n`);
  const between = { alike: grouped(alike(done), ({ divergence }) => divergence) };
  writeFileSync(join(asked.to, 'alike.json'), `${JSON.stringify(between)}\n`);
}

/**
 * How far the attention of each network without positions is from that of each other encoding, trained with the same seed, and from one without positions of
 * the next seed: means over four problems of the longest length in training, for each task, depth, layer and seed.
 */
function alike(done) {
  const result = [];
  for (const task of ['sort', 'copy'])
    for (const layers of [2, 3])
      for (const encoding of encodings)
        for (let seed = 1; seed <= done; seed++) {
          const source = random(77);
          const others = encoding === 'nope' ? (seed % done) + 1 : seed;
          if (encoding === 'nope' && others === seed) continue;
          const [own, other] = [nets.get([task, layers, 'nope', seed].join()), nets.get([task, layers, encoding, others].join())];
          const sums = new Array(layers).fill(0);
          for (let p = 0; p < 4; p++) {
            const batch = batchOf([problem(task, 8, source)]);
            const n = batch.tokens.length;
            const [a, b] = [read(own, batch), read(other, batch)];
            for (let l = 0; l < layers; l++) {
              const heads = (trace) => [0, 1, 2, 3].map((head) => map(trace, l, head, n));
              sums[l] += betweenHeads(heads(a), heads(b)) / 4;
            }
          }
          result.push({ task, layers, encoding, seed, divergence: sums.map((x) => Number(x.toPrecision(3))) });
        }
  return result;
}
