import type { Committed } from './git';
import type { Use } from './hand';

/** A page that people use today to explain by figures, and how it is had. */
export interface Peer {
  readonly name: string;
  readonly form: Form;
  /** Pages that their authors built and committed, or a page of ours that uses a library as its makers say. */
  readonly from: Committed | Library;
  /** Where on its host it expects to stand. */
  readonly mount?: string;
  readonly path: string;
  readonly use: Use;
  /** Files of other hosts by their address: a file of the peer's own repository, or one of an npm package, as “d3@7.9.0/dist/d3.min.js”. */
  readonly others?: Readonly<Record<string, string>>;
  /** Other hosts that its authors' own are: what is asked of them is not asked of a third party. */
  readonly own?: readonly string[];
  /** What a reader must know to read its numbers rightly. */
  readonly note?: string;
}

/** An article with figures in it, or a figure with next to nothing around it. Each is compared with its like. */
export type Form = 'article' | 'figure';

/** Files by the path at which they are served: ours from pages/, the library's out of its package. */
export interface Library {
  readonly how: string;
  readonly files: Readonly<Record<string, string>>;
}

const mlu = { repository: 'aws-samples/aws-mlu-explain', commit: 'ddf55558c6142c3fd13d32dd8a8cee68293187cb' };
const jsdelivr = 'https://cdn.jsdelivr.net/npm/';

export const peers: readonly Peer[] = [
  {
    name: 'Distill: Why Momentum Really Works',
    form: 'article',
    from: { repository: 'distillpub/post--momentum', commit: '691048b9d00b4b49b830c602b970755781df332c', folder: 'public' },
    path: '/',
    use: { control: '#sliderAlpha .handle', gesture: 'pull', answer: '#sliderAlpha .figtext' },
    others: { 'http://distill.pub/template.v1.js': 'assets/lib/template.v1.js' },
    own: ['distill.pub'],
    note: 'A data file of 4 MB for one of its figures is not in every copy, and then not in its bytes.',
  },
  {
    name: 'Distill: A Gentle Introduction to Graph Neural Networks',
    form: 'article',
    from: { repository: 'distillpub/post--gnn-intro', commit: '94c55ef1e63248a361b2d0f700594ad3ab1ab9a9', folder: 'public' },
    path: '/',
    use: { control: 'select', gesture: 'press', answer: 'canvas' },
  },
  {
    name: 'MLU-Explain: Train, Test, and Validation Sets',
    form: 'article',
    from: { ...mlu, folder: 'train-test-validation' },
    path: '/',
    use: { control: 'button.button:not(.active)', gesture: 'press', answer: '#line-x-dimension, #line-decision-boundary' },
  },
  {
    name: 'MLU-Explain: Bias-Variance Tradeoff',
    form: 'article',
    from: { ...mlu, folder: 'bias-variance' },
    path: '/',
    use: { control: 'input[type=range]', gesture: 'slide', answer: 'svg' },
  },
  {
    name: 'MLU-Explain: Precision & Recall',
    form: 'article',
    from: { ...mlu, folder: 'precision-recall' },
    path: '/',
    use: { control: 'input[type=range]', gesture: 'slide', answer: 'svg' },
  },
  {
    name: 'TensorFlow Playground',
    form: 'figure',
    from: { repository: 'tensorflow/playground', commit: '37634de552d8771a9df7c12645a6f6b012a2b103', folder: '' },
    path: '/',
    use: { control: 'input[type=range]', gesture: 'slide', answer: 'label[for=percTrainData] .value' },
  },
  {
    name: 'CNN Explainer',
    form: 'article',
    from: { repository: 'poloclub/cnn-explainer', commit: '76879ce0721022000c300c2fb8372224822ef70d', folder: '' },
    mount: '/cnn-explainer/',
    path: '/cnn-explainer/',
    use: { control: '.image-container.inactive', gesture: 'press', answer: '#layer-0-node-0' },
    others: {
      'https://d3js.org/d3.v5.js': 'd3@5.16.0/dist/d3.js',
      [`${jsdelivr}@tensorflow/tfjs@1.0.0/dist/tf.min.js`]: '@tensorflow/tfjs@1.0.0/dist/tf.min.js',
      [`${jsdelivr}bulma@0.8.0/css/bulma.min.css`]: 'bulma@0.8.0/css/bulma.min.css',
    },
    note: 'What it loads from other hosts is there as far as it needs it to work: d3, TensorFlow.js, Bulma; the rest is not in its bytes.',
  },
  {
    name: 'Transformer Explainer',
    form: 'article',
    from: { repository: 'poloclub/transformer-explainer', commit: '63ebb000bbc13869d2b2f31d481f2c3347a593ac', folder: '' },
    mount: '/transformer-explainer/',
    path: '/transformer-explainer/',
    use: { control: 'input[type=range]', gesture: 'slide', answer: 'svg' },
  },
  {
    name: "PhET: Ohm's Law",
    form: 'figure',
    from: { repository: 'nahomdebebe2026-wq/Virtual-Lab-', commit: '9908aec3675522c4ff8d4879dbacdc9151150765', folder: '' },
    path: '/ohms-law_en.html',
    own: ['phet.colorado.edu'],
    note: "Version 1.4.27 as PhET published it, out of a school's repository.",
    use: { control: 'input[type=range]', gesture: 'arrow', answer: 'svg' },
  },
  {
    name: 'Observable notebook, exported',
    form: 'figure',
    from: {
      how: 'a notebook of ours in the form of an export',
      files: {
        'index.html': 'notebook.html',
        'index.js': 'notebook.js',
        'runtime.js': '@observablehq/runtime@5.9.9/dist/runtime.js',
        'inspector.css': '@observablehq/inspector@5.0.1/dist/inspector.css',
      },
    },
    path: '/',
    use: { control: 'input[type=range]', gesture: 'slide', answer: 'svg' },
    others: Object.fromEntries(
      [
        'd3@7.9.0/dist/d3.min.js',
        'htl@0.3.1/dist/htl.min.js',
        'marked@0.3.12/marked.min.js',
        '@observablehq/inputs@0.10.6/dist/inputs.min.js',
        '@observablehq/plot@0.6.16/dist/plot.umd.min.js',
      ].map((file) => [jsdelivr + file.replace('inputs@0.10.6', 'inputs@0.11.0'), file]),
    ),
    note: 'Of Inputs, version 0.10.6 stands in for 0.11.0, which not every registry has.',
  },
  {
    name: 'JSXGraph board',
    form: 'figure',
    from: {
      how: 'a page of ours with one board',
      files: {
        'index.html': 'jsxgraph.html',
        'jsxgraphcore.js': 'jsxgraph@1.13.3/distrib/jsxgraphcore.js',
        'jsxgraph.css': 'jsxgraph@1.13.3/distrib/jsxgraph.css',
      },
    },
    path: '/',
    use: { control: '.jxgbox ellipse', gesture: 'pull', answer: '.jxgbox svg path' },
  },
];

/** What people use today as well, and why it is not among those. */
export const notHere: Readonly<Record<string, string>> = {
  'MLU-Explain: Reinforcement Learning': 'not to be had here: its repository holds no built page, and only built pages are served',
  'llm-viz': 'not to be had here: its repository holds no built page, and only built pages are served',
  'PAIR Explorables': 'not to be had here: its repository holds no built page, and only built pages are served',
  'Desmos, GeoGebra': 'not to be had here: run by their makers only',
};
