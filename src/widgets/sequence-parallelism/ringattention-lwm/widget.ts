import { bytes, number, percent } from '@/marks/format';
import {
  layouts,
  owned,
  progress,
  ringAttention,
  visible,
  workload,
  type Layout,
} from '@/mechanisms/sequence-parallelism/ringattention-lwm';
import {
  alternatives,
  held,
  heldByAllGather,
  hiddenFrom,
  hop,
  schedule,
  traffic,
} from '@/mechanisms/sequence-parallelism/ringattention-lwm-cost';
import { packingToy, toy } from '@/mechanisms/sequence-parallelism/ringattention-lwm-toy';
import { widget } from '@/shell/contract';
import { attention } from '@/tensor/attention';

/** The toy has one head of 4 channels, and elements of 2 bytes. */
const [hidden, element] = [4, 2];

/** Three examples that fill 24 tokens, or that many times over: their answers have 2, 4 and 8 tokens. */
const examples = (length: number) => [
  { prompt: length / 6, answer: length / 12 },
  { prompt: length / 6, answer: length / 6 },
  { prompt: length / 12, answer: length / 3 },
];

export default widget({
  slug: 'ringattention-lwm',
  title: 'Keys and values passing round a ring',
  params: {
    step: {
      type: 'step',
      view: true,
      label: 'Step',
      help: 'How many steps of the ring have been computed.',
      default: 2,
      last: ({ devices }) => devices as number,
    },
    layout: {
      type: 'choice',
      label: 'Who owns which token',
      help: 'One run each, every P-th token, or one run from the front and one from the back.',
      default: 'contiguous',
      options: { contiguous: 'contiguous', striped: 'striped', zigzag: 'zigzag' },
    },
    devices: {
      type: 'integer',
      label: 'Devices, P',
      help: 'How many share the sequence.',
      default: 4,
      min: 2,
      max: 8,
      values: [2, 3, 4, 6, 8],
    },
    length: { type: 'integer', label: 'Tokens, N', help: 'How long the sequence is.', default: 24, min: 24, max: 96, values: [24, 48, 96] },
    causal: { type: 'flag', label: 'Causal', help: 'A token sees none after it.', default: true },
    intensity: {
      type: 'number',
      label: 'Operations per byte sent, F/B',
      help: 'What a device computes while its link moves one byte; drag it in the picture. 0: sending takes no time.',
      default: 2,
      min: 0,
      max: 12,
      step: 0.5,
    },
    packed: {
      type: 'flag',
      label: 'Pack three examples',
      help: 'Three training examples share the row; a token sees only its own example.',
      default: false,
    },
    seed: { type: 'seed', label: 'Seed', help: 'Other queries, keys and values.', default: 1 },
  },
  // Zigzag deals out twice as many runs as there are devices.
  constrain: (values) => ({ ...values, length: values.length % (2 * values.devices) === 0 ? values.length : 48 }),

  work: ({ length }) => 200 * length ** 2,
  simulate({ layout, devices, length, causal, intensity, packed, seed }) {
    const { q, k, v } = toy(length, seed);
    const packing = packingToy(examples(length), seed);
    const segments = packed ? packing.packed.segments : undefined;
    const mask = visible(causal, segments);
    const ring = ringAttention(q, k, v, { devices, layout: layout as Layout, causal, segments });
    const exact = attention(q, k, v, { mask });
    const { error, mass } = progress(ring, exact.output);
    const transfer = hop(length / devices, intensity);
    const timing = (work: typeof ring.work) => {
      const { steps, total, idle, efficiency, exposed } = schedule(work, transfer);
      const waits = Array.from({ length: devices }, (_, p) => sum(idle.data, devices, p));
      return { work: work.data, steps, total, waits, efficiency, exposed };
    };
    const owner = new Array<number>(length).fill(0);
    ring.owned.forEach((own, p) => own.forEach((token) => (owner[token] = p)));
    const sizes = { length, devices, hidden };
    const sent = traffic(sizes);
    const { ulysses, tensorParallel } = alternatives(sizes);
    return {
      owner,
      holds: ring.held,
      work: ring.work.data,
      stepOf: ring.step.data,
      segments,
      error: error.data,
      mass: mass.data,
      worst: Array.from({ length: devices }, (_, t) =>
        Math.max(...Array.from({ length: devices }, (_, p) => error.data[p * devices + t]!)),
      ),
      layouts: layouts.map((name) => ({ name, ...timing(workload(owned(name, length, devices), mask)) })),
      time: timing(ring.work),
      transfer,
      // Under a causal mask every layout has steps in which half of a block is to be computed, and a hop is as long as ever.
      hiddenFrom: hiddenFrom(intensity, causal ? 0.5 : 1),
      // Time to send a chunk, and to compute a block that is seen whole or only up to its diagonal.
      hops: Array.from({ length: length / 2 }, (_, i) => i + 1).map((chunk) => ({
        chunk,
        hop: hop(chunk, intensity),
        whole: chunk ** 2,
        half: (chunk * (chunk + 1)) / 2,
      })),
      // In bytes.
      sent: {
        ring: element * sent.forward,
        ulysses: element * ulysses,
        tensorParallel: element * tensorParallel,
      },
      memory: {
        ring: element * held(sizes),
        allGather: element * heldByAllGather(sizes),
        alone: element * heldByAllGather({ ...sizes, devices: 1 }),
      },
      packing: {
        answers: packing.answers,
        naive: packing.naive,
        reweighted: packing.reweighted,
        padded: packing.padded,
        padding: packing.padding,
      },
    };
  },

  scenes: [
    {
      id: 'passing-by',
      title: 'Passing by',
      set: {},
      notice: (r, { step, devices }) =>
        `Step ${step}: queries stay where they are; keys and values have moved on ${step === 2 ? 'once' : `${step - 1} times`}. Each query folds what passes into a running softmax, and on device ${devices} it has met ${percent(r.mass[(devices - 1) * devices + step - 1]!)} of the attention it will pay.`,
      claim: (r, { step, devices }) => step > 0 && r.mass[devices * devices - devices + step - 1]! < 0.97,
    },
    {
      id: 'exact',
      title: 'Exact at the end',
      set: { step: 4 },
      notice: (r, { step }) =>
        `After ${step} steps all keys have passed all queries, and the largest difference from attention on one device is ${number(r.worst[step - 1]!)}: rounding, nothing else. Each device held ${bytes(r.memory.ring)} where one alone would need ${bytes(r.memory.alone)}: six chunks of the sequence, so that with twice the devices the context can be twice as long.`,
      claim: (r, { step, devices }) => step === devices && r.worst[step - 1]! < 1e-13 && r.memory.ring < r.memory.alone,
    },
    {
      id: 'idle',
      title: 'The early ones wait',
      set: { step: 4, intensity: 0 },
      notice: (r, { devices }) =>
        `Under a causal mask the first device sees only its own tokens: it computes ${number(r.work[0]!)} pairs and then waits, while the last computes ${number(sum(r.work, devices, devices - 1))}. All wait for the slowest, so ${percent(1 - r.time.efficiency)} of the machine’s time is idle.`,
      claim: (r, { devices }) =>
        r.time.efficiency < 0.6 &&
        sum(r.work, devices, 0) === r.work[0] &&
        r.layouts[0]!.waits[0]! > 0 &&
        sum(r.work, devices, devices - 1) > 4 * r.work[0]!,
    },
    {
      id: 'striped',
      title: 'Deal them out like cards',
      set: { layout: 'striped', step: 4, intensity: 0 },
      notice: (r) =>
        `Striped: every device owns early and late tokens. The same pairs take ${number(r.time.total)} units of time instead of ${number(r.layouts[0]!.total)}, with ${percent(r.time.efficiency)} of the time computing. Nothing more is sent: only who owns what has changed.`,
      claim: (r) =>
        r.time.efficiency > 0.85 &&
        r.time.efficiency < 0.999 &&
        r.time.total < r.layouts[0]!.total &&
        all(r.work) === all(r.layouts[0]!.work),
    },
    {
      id: 'zigzag',
      title: 'One from each end',
      set: { layout: 'zigzag', step: 4, intensity: 0 },
      notice: (r) =>
        `Zigzag: each device owns a run from the front and one from the back. Now every device has the same work at every step: ${number(r.time.total)} units, ${percent(r.time.efficiency)} of the time computing.`,
      claim: (r, { causal, layout }) => causal && layout === 'zigzag' && r.time.efficiency > 0.999,
    },
    {
      id: 'no-mask',
      title: 'Without a mask',
      set: { causal: false, step: 4, intensity: 0 },
      notice: (r) =>
        `When every token sees every other, all blocks cost the same, and the three layouts take the same time, ${number(r.time.total)} units. The imbalance was the mask’s.`,
      claim: (r) => new Set(r.layouts.map(({ total }) => total)).size === 1,
    },
    {
      id: 'slow-link',
      title: 'A slow link',
      set: { layout: 'zigzag', step: 4, intensity: 6 },
      notice: (r, { length, devices }) =>
        `Handing a chunk on takes ${number(r.transfer)} units and a step of computing less, so the transfer sticks out: ${number(r.time.exposed)} of ${number(r.time.total)} units go by with only the link at work. Chunks of ${number(r.hiddenFrom)} tokens would hide it; these have ${length / devices}.`,
      claim: (r, { length, devices }) => r.time.exposed > 0 && r.hiddenFrom > length / devices,
    },
    {
      id: 'packing',
      title: 'Three examples in a row',
      set: { packed: true, layout: 'zigzag', step: 4, intensity: 0 },
      notice: (r) =>
        `Masked packing: no token sees another example. Were every answer token to count the same, the shortest answer would make ${percent(r.packing.naive.weights[0]!)} of the loss; weighted by example it makes ${percent(r.packing.reweighted.weights[0]!)}, as with a row for each. But zigzag balances the causal mask, not this one: ${number(r.time.total)} units, where contiguous takes ${number(r.layouts[0]!.total)} and striped ${number(r.layouts[1]!.total)}.`,
      claim: (r) =>
        r.segments !== undefined &&
        Math.abs(r.packing.reweighted.loss - r.packing.padded.loss) < 1e-12 &&
        r.packing.naive.weights[0]! < 0.2 &&
        r.time.total > r.layouts[0]!.total &&
        r.layouts[0]!.total > r.layouts[1]!.total,
    },
  ],

  describe: (r, { step, devices, layout, length, causal, packed }) =>
    `${devices} devices, ${layout} tokens${causal ? ', causal' : ''}${packed ? ', three packed examples' : ''}: ` +
    (step === 0
      ? 'before the first step nothing is computed'
      : `after ${step} of ${devices} steps the outputs are within ${number(r.worst[step - 1]!)} of exact attention`) +
    `. All steps take ${number(r.time.total)} units of time, ${percent(r.time.efficiency)} of it computing (contiguous: ${number(r.layouts[0]!.total)} units). Each device sends ${bytes(r.sent.ring)} in chunks of ${length / devices} tokens and holds ${bytes(r.memory.ring)}.`,

  outcomes: (r, { step }) => [
    {
      name: 'distance from exact attention',
      value: step ? r.worst[step - 1]! : Infinity,
      say: (x) => (x === Infinity ? 'not yet known' : number(x)),
    },
    { name: 'time of all steps', value: r.time.total },
    { name: 'time spent computing', value: r.time.efficiency, say: percent },
    { name: 'bytes held by each device', value: r.memory.ring, say: bytes },
  ],

  tables: (r, { devices }) => [
    {
      name: 'Work: pairs of query and key, by layout, device and step; and time spent waiting',
      columns: ['layout', 'device', ...r.time.steps.map((_, t) => `step ${t + 1}`), 'together', 'waiting'],
      rows: r.layouts.flatMap(({ name, work, waits }) =>
        Array.from({ length: devices }, (_, p) => [
          name,
          p + 1,
          ...work.subarray(p * devices, (p + 1) * devices),
          sum(work, devices, p),
          waits[p]!,
        ]),
      ),
    },
    {
      name: 'Time of each step (pairs)',
      columns: ['layout', 'step', 'computing, busiest device', 'transfer', 'duration', 'transfer not hidden'],
      rows: r.layouts.flatMap(({ name, steps }) =>
        steps.map(({ compute, transfer, duration, exposed }, t) => [name, t + 1, compute, transfer, duration, exposed]),
      ),
    },
    {
      name: 'Layouts compared',
      columns: ['layout', 'time (pairs)', 'share of time computing', 'transfer not hidden (pairs)'],
      rows: r.layouts.map(({ name, total, efficiency, exposed }) => [name, total, efficiency, exposed]),
    },
    {
      name: 'Attention met so far, and difference from exact attention',
      columns: ['device', 'after step', 'attention met', 'largest difference'],
      rows: Array.from(r.mass, (mass, i) => [Math.floor(i / devices) + 1, (i % devices) + 1, mass, r.error[i]!]),
    },
    {
      name: 'Time to send a chunk and to compute with it (pairs)',
      columns: ['tokens of a chunk', 'sending', 'computing, whole block', 'computing, block on the diagonal'],
      rows: r.hops.map(({ chunk, hop, whole, half }) => [chunk, hop, whole, half]),
    },
    {
      name: 'A device in one layer, forward (bytes; one head of 4 channels)',
      columns: ['method', 'sends', 'holds'],
      rows: [
        ['ring', r.sent.ring, r.memory.ring],
        ['all-gather of keys and values', r.sent.ring, r.memory.allGather],
        ['DeepSpeed-Ulysses', r.sent.ulysses, '–'],
        ['tensor parallelism', r.sent.tensorParallel, '–'],
        ['one device alone', 0, r.memory.alone],
      ],
    },
    {
      name: 'Packed examples',
      columns: [
        'example',
        'answer tokens',
        'weight, every token the same',
        'weight, every example the same',
        'attention on other examples without the mask',
      ],
      rows: r.packing.answers.map((answer, i) => [
        i + 1,
        answer,
        r.packing.naive.weights[i]!,
        r.packing.reweighted.weights[i]!,
        r.packing.naive.leak[i]!,
      ]),
    },
  ],

  caveat:
    'Time is counted in pairs of query and key, with devices in step. Real kernels work in tiles, take time to start, and share their links; so striped and zigzag come out less even than here. What training on a million tokens of video and text teaches a model is beyond a toy of at most 96 tokens and one head.',
});

/** The sum over a device's steps. */
function sum(perStep: Float64Array, devices: number, p: number): number {
  return all(perStep.subarray(p * devices, (p + 1) * devices));
}

const all = (work: Float64Array): number => work.reduce((a, b) => a + b, 0);
