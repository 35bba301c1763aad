/**
 * Trains the small decoder of the figure to convergence, each encoding with several seeds, with the very code that trains it in a browser, and writes
 * runs.json beside this file: node seeds/positional-encoding/train.mjs [seeds]
 * Some twenty minutes of one core for four seeds. The same code and seeds write the same file on any machine. Needs node 24.
 */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

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

const seeds = Number(process.argv[2] ?? 4);
/** Sorting is learned soon, copying is not. */
const batches = { sort: 1000, copy: 2500 };
/** Problems for each length, the same for all. */
const tests = 64;
/** Losses are means over so many batches; of them a few are kept, closer at the beginning. */
const stretch = { sort: 25, copy: 50 };
const kept = (task) => {
  const all = batches[task] / stretch[task];
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
      // Of 64 problems, how many were answered without an error.
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
  writeFileSync(new URL('runs.json', import.meta.url), `${JSON.stringify(file)}\n`);
  const between = { alike: grouped(alike(done), ({ divergence }) => divergence) };
  writeFileSync(new URL('alike.json', import.meta.url), `${JSON.stringify(between)}\n`);
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
