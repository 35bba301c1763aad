import { number, percent } from '@/marks/format';
import { bilinear, hold, kernelByPowers, recur, wrapped } from '@/mechanisms/state-space-models/discrete';
import { eigenvectorCondition, heldKernel, hippo } from '@/mechanisms/state-space-models/hippo';
import {
  diagonalPart,
  dplr,
  kernelFromSpectrum,
  readout,
  recurLinear,
  rootFlops,
  spectrum,
  termFlops,
  truncated,
} from '@/mechanisms/state-space-models/s4';
import { kernelByDiagonalization, reading, signal, type Reading, type Signal } from '@/mechanisms/state-space-models/s4-toy';
import { widget } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { convolve } from '@/tensor/fft';
import { judged, recallError, recent, redrawn, turns } from './past';

/** The step that a reader starts with. */
const usual = 0.02;

export default widget({
  slug: 's4',
  title: 'A recurrence that is a convolution, from its poles',
  params: {
    time: {
      type: 'step',
      view: true,
      label: 'Time',
      help: 'How far the input has been read.',
      default: 235,
      last: ({ length }) => (length as number) - 1,
      reading: (t) => `t = ${t}`,
    },
    n: {
      type: 'integer',
      label: 'State size, N',
      help: 'How many numbers the state has.',
      default: 16,
      min: 2,
      max: 32,
      values: [2, 4, 8, 16, 32],
    },
    step: {
      type: 'number',
      label: 'Step, Δ',
      help: 'How much of the state’s own time passes with each input: a larger one remembers a shorter past.',
      default: usual,
      min: 0.002,
      max: 0.2,
      step: 0.001,
      values: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
    },
    length: {
      type: 'integer',
      label: 'Length, L',
      help: 'How many inputs there are, and taps of the kernel.',
      default: 256,
      min: 64,
      max: 512,
      values: [64, 128, 256, 512],
    },
    input: {
      type: 'choice',
      label: 'Input',
      help: 'The signal that is read.',
      default: 'bumps',
      options: { impulse: 'impulse', bumps: 'two bumps', chirp: 'chirp', steps: 'steps', noise: 'smooth noise' },
    },
    read: {
      type: 'choice',
      label: 'Read-out, C',
      help: 'What is read from the state.',
      default: 'delay',
      options: { delay: 'the input some steps ago', mean: 'first coordinate', last: 'last coordinate' },
    },
    delay: {
      type: 'integer',
      label: 'Delay',
      unit: 'steps',
      help: 'How long ago.',
      default: 50,
      min: 0,
      max: 200,
      step: 5,
      when: ({ read }) => read === 'delay',
    },
    rule: {
      type: 'choice',
      label: 'Discretised by',
      help: 'The bilinear rule, as in S4, or exactly for an input held between samples.',
      default: 'bilinear',
      options: { bilinear: 'bilinear rule', hold: 'holding the input' },
    },
    lowRank: {
      type: 'flag',
      label: 'Rank-one term',
      help: 'Without it only the diagonal is left, which is another model.',
      default: true,
      when: ({ rule }) => rule === 'bilinear',
    },
    padded: {
      type: 'flag',
      label: 'Zero padding',
      help: 'Without it the FFT wraps the end of the input round to its beginning.',
      default: true,
    },
    seed: {
      type: 'seed',
      label: 'Seed',
      help: 'Another random input.',
      default: 1,
      when: ({ input }) => input === 'noise' || input === 'steps',
    },
  },

  // The dense recurrence over the whole input, and decompositions of the matrix.
  work: ({ n, length }) => 8 * length * n ** 2 + 60 * n ** 3,
  simulate({ n, step, length, input, read, delay, rule, lowRank, padded, seed }) {
    const u = signal(input as Signal, length, seed);
    const c = reading(read as Reading, n, delay * step);
    const system = hippo(n);
    const isBilinear = rule === 'bilinear';
    const discrete = (isBilinear ? bilinear : hold)(system, step);
    const powers = kernelByPowers(discrete, c, length);
    const closed = heldKernel(c, step, length);
    const poles = dplr(n);
    // The kernel that is used: S4's path where its rule is, the powers of the matrix where it is not.
    const row = () => readout(poles, truncated(c, bilinear(lowRank ? system : diagonalPart(n), step), length));
    const sums = isBilinear ? spectrum(poles, row(), step, length, { lowRank }) : undefined;
    const kernel = sums ? kernelFromSpectrum(sums) : powers;
    const { outputs, states } = recur(discrete, c, u);
    const convolved = padded ? convolve(kernel, u) : wrapped(kernel, u);
    const relative = (x: Float64Array, exact: Float64Array) => maxDifference(x, exact) / Math.max(1e-300, ...exact.map(Math.abs));
    return {
      u,
      outputs,
      convolved,
      kernel,
      closed,
      states: states.data,
      // The largest differences, relative to the largest number of the recurrence on the dense matrix.
      difference: {
        continuous: relative(convolve(closed, u), outputs),
        convolution: relative(convolved, outputs),
        poles: isBilinear ? relative(kernel, powers) : undefined,
        linear: isBilinear ? relative(recurLinear(poles, readout(poles, c), step, u), outputs) : undefined,
        diagonal: isBilinear ? relative(kernelByDiagonalization(c, step, length), powers) : undefined,
      },
      condition: eigenvectorCondition(n),
      poles: { re: poles.lambda.re, im: poles.lambda.im },
      // The size of the kernel's spectrum at the roots 0 to L/2; the other half mirrors it.
      spectrum: sums && sums.transform.re.map((re, j) => Math.hypot(re, sums.transform.im[j]!)),
      // Operations for the kernel alone, by length.
      costs: Array.from({ length: 7 }, (_, i) => {
        const l = 64 * 2 ** i;
        return { length: l, naive: l * (2 * n * n + 2 * n), poles: (l / 2 + 1) * (n * termFlops + rootFlops) + 5 * l * Math.log2(l) };
      }),
    };
  },

  scenes: [
    {
      id: 'remembers',
      title: 'What sixteen numbers remember',
      set: {},
      notice: (r, { n, time, step }) =>
        `At t\u00a0=\u00a0${time} the input is gone and only ${n} numbers are left. From them its past can be drawn again: over the last ${judged} steps within ${number(recallError(r, n, time, step))}, and coarser the longer ago.`,
      claim: (r, { n, time, step }) =>
        recallError(r, n, time, step) < 0.1 && recallError(r, n, time, step, recent) < recallError(r, n, time, step) / 4,
    },
    {
      id: 'few',
      title: 'With two',
      set: { n: 2 },
      notice: (r, { n, time, step }) =>
        `Two numbers hold no more than a level and a slope of the past. The two bumps are one smear, off by up to ${number(recallError(r, n, time, step))}.`,
      claim: (r, { n, time, step }) => recallError(r, n, time, step) > 0.3 && turns(r, n, time, step) <= 1,
    },
    {
      id: 'faster-clock',
      title: 'A faster clock',
      set: { step: 0.1 },
      notice: (r, { n, time, step }) =>
        `A step ${number(step / usual)} times as long, and the same state looks back ${percent(usual / step)} as far: within ${number(recallError(r, n, time, step, recent))} over the last ${recent} steps, but off by up to ${number(recallError(r, n, time, step))} over the last ${judged}. The step sets the length of memory, N its detail.`,
      claim: (r, { n, time, step }) => step > usual && recallError(r, n, time, step) > 0.3 && recallError(r, n, time, step, recent) < 0.05,
    },
    {
      id: 'three-views',
      title: 'Three views, one system',
      set: { rule: 'hold' },
      notice: (r) =>
        `One system three ways: continuous, its response written out in Legendre polynomials; recurrent, step by step with a matrix; convolutional, all at once by FFT. For an input held between samples the outputs agree to ${number(Math.max(r.difference.continuous, r.difference.convolution))}.`,
      claim: (r) => r.difference.continuous < 1e-12 && r.difference.convolution < 1e-12,
    },
    {
      id: 'bilinear',
      title: 'S4’s rule',
      set: { n: 8, step: 0.05 },
      notice: (r) =>
        `S4 discretises by the bilinear rule: off the continuous system by ${number(r.difference.continuous)} of the largest output, and a simple fraction in A, which is what lets a kernel be summed from poles. Recurrence and convolution still agree to ${number(r.difference.convolution)}.`,
      claim: (r) => r.difference.continuous > 1e-5 && r.difference.continuous < 0.1 && r.difference.convolution < 1e-12,
    },
    {
      id: 'poles',
      title: 'From poles to taps',
      set: { n: 32 },
      notice: (r, { n }) =>
        `${n} poles, four sums over them at each point on the axis, and an inverse FFT: the same taps as by powers of a ${n} × ${n} matrix, to ${number(r.difference.poles ?? Infinity)}, for ${number(saving(r))} times fewer operations. Measure it below.`,
      claim: (r) => r.difference.poles !== undefined && r.difference.poles < 1e-11 && saving(r) > 2,
    },
    {
      id: 'diagonalise',
      title: 'Why not diagonalise?',
      set: { n: 32, delay: 60 },
      notice: (r, { n }) =>
        `A has ${n} plain eigenvalues, −1 to −${n}, but eigenvectors of condition ${number(r.condition)}: the kernel computed through them is wrong by some ${magnitude(r.difference.diagonal ?? Infinity)} times its height. With a rank-one term split off, the basis is unitary, its condition 1, and no digits are lost.`,
      claim: (r) =>
        r.difference.diagonal !== undefined &&
        r.difference.diagonal > 1 &&
        r.condition > 1e15 &&
        r.difference.poles !== undefined &&
        r.difference.poles < 1e-13,
    },
    {
      id: 'no-low-rank',
      title: 'Without the rank-one term',
      set: { lowRank: false },
      notice: (r) =>
        `Keep the poles and drop the rank-one term: the kernel is off by ${percent(r.difference.poles ?? Infinity)} of its height. A diagonal system is a model of its own, and later work uses one, but it is not HiPPO’s memory.`,
      claim: (r) => r.difference.poles !== undefined && r.difference.poles > 0.3 && r.difference.poles < 100,
    },
    {
      id: 'wraps',
      title: 'Without padding',
      set: { input: 'noise', padded: false, time: 40 },
      notice: (r) =>
        `The FFT convolves in a circle. Without zeros at the end, the last inputs come round and spoil the first outputs, by ${number(Math.abs(r.convolved[0]! - r.outputs[0]!))} at t\u00a0=\u00a00.`,
      claim: (r) => Math.abs(r.convolved[0]! - r.outputs[0]!) > 0.05,
    },
  ],

  describe: (r, { n, step, time, length, lowRank, padded, rule }) =>
    `A state of ${n} numbers with step ${number(step)}, read over ${length} inputs. At t\u00a0=\u00a0${time} it redraws ${time === 0 ? 'its only step' : `the last ${Math.min(judged, time + 1)} steps`} within ${number(recallError(r, n, time, step))}. Convolution and recurrence differ by ${number(r.difference.convolution)}, the continuous system and the recurrence by ${number(r.difference.continuous)}, relative to the largest output.${lowRank || rule !== 'bilinear' ? '' : ' The convolution is without the rank-one term.'}${padded ? '' : ' Without padding the convolution wraps round.'}`,

  outcomes: (r, { n, time, step }) => [
    { name: 'error of the redrawn past', value: recallError(r, n, time, step) },
    { name: 'difference of convolution and recurrence', value: r.difference.convolution },
    { name: 'difference of the continuous system', value: r.difference.continuous },
  ],

  tables(r, { time, step, n }) {
    const past = redrawn(r, n, time, step);
    return [
      {
        name: 'Largest differences from the recurrence on the dense matrix, relative',
        columns: ['computation', 'difference'],
        rows: [
          ['continuous system, held input, closed form', r.difference.continuous],
          ['convolution with the kernel', r.difference.convolution],
          ['kernel from the poles, against powers', r.difference.poles ?? 'not with this rule'],
          ['recurrence in O(N)', r.difference.linear ?? 'not with this rule'],
          ['kernel by diagonalising A', r.difference.diagonal ?? 'not with this rule'],
        ],
      },
      {
        name: `Input, outputs, kernel; recall at t = ${time}`,
        columns: ['t', 'input', 'output, recurrence', 'output, convolution', 'kernel tap', 'kernel tap, continuous', 'input as recalled'],
        rows: Array.from(r.u, (u, t) => [
          t,
          u,
          r.outputs[t]!,
          r.convolved[t]!,
          r.kernel[t]!,
          r.closed[t]!,
          t <= time ? past[time - t]! : 'not read yet',
        ]),
      },
      {
        name: 'Operations for the kernel',
        columns: ['length', 'powers of the matrix', 'from the poles'],
        rows: r.costs.map((cost) => [cost.length, cost.naive, cost.poles]),
      },
      {
        name: 'Spectrum of the kernel, as summed from the poles',
        columns: ['root', 'point g on the imaginary axis', 'size'],
        rows: Array.from(r.spectrum ?? [], (size, j) => [
          j,
          2 * j === r.u.length ? '∞' : (2 / step) * Math.tan((Math.PI * j) / r.u.length),
          size,
        ]),
      },
      { name: 'Poles', columns: ['pole', 'real part', 'imaginary part'], rows: Array.from(r.poles.re, (re, i) => [i, re, r.poles.im[i]!]) },
    ];
  },

  caveat:
    'One channel of one layer, untrained: what S4 learns, what depth and nonlinearity add, and its results on long tasks are not here. The sums over poles are the plain ones, and their cost leaves out the truncated row, which S4 learns as it is; timings in a browser say nothing about a GPU.',
});

/** How many times more operations powers of the matrix take for this kernel. */
function saving({ costs, kernel }: { costs: readonly { length: number; naive: number; poles: number }[]; kernel: Float64Array }): number {
  const { naive, poles } = costs.find(({ length }) => length === kernel.length)!;
  return naive / poles;
}

/** A number of which only the order of magnitude means anything. */
function magnitude(x: number): string {
  return number(10 ** Math.round(Math.log10(x)));
}
