import type { OptionName, options, parts } from '@/shell/embed/options';
import type { ToFrame, ToHost } from '@/shell/embed/protocol';
import type { Room } from './choice';

/** Every word of the builder and of its tables; a new option, part or message does not compile until it has its words here. */
type OptionWords = {
  readonly [K in OptionName]: { label: string; help: string; words: { readonly [W in (typeof options)[K][number]]: string } };
};

export const optionWords: OptionWords = {
  scheme: {
    label: 'Colours',
    help: 'Light or dark. On a projector in a bright room light is easier to read.',
    words: { auto: 'as the reader’s system', light: 'light', dark: 'dark' },
  },
  type: { label: 'Type', help: 'Large is for projectors.', words: { normal: 'normal', large: 'large' } },
  controls: {
    label: 'Controls',
    help: 'How much stands around the picture. Compact keeps scenes and steps.',
    words: { full: 'all', compact: 'scenes and steps', none: 'the picture alone' },
  },
  ground: {
    label: 'Ground',
    help: 'Transparent lets the slide show through, where slide and figure are both light or both dark.',
    words: { page: 'its own', none: 'transparent' },
  },
  walk: {
    label: 'Keys walk through',
    help: 'What arrow keys and presenter remotes move. A figure without steps is walked scene by scene in any case.',
    words: { steps: 'the steps', scenes: 'the scenes' },
  },
  play: {
    label: 'Play the steps',
    help: 'In reveal.js: when its slide comes; alone in a window: at once. Elsewhere nothing moves unasked.',
    words: { no: 'when asked', yes: 'by itself' },
  },
};

export const partWords: { readonly [P in (typeof parts)[number]]: string } = {
  title: 'title',
  scenes: 'scenes, and what to notice in each',
  stepper: 'steps',
  controls: 'controls',
  tools: 'reset, link, table, share',
  text: 'the sentence with the numbers',
  limits: 'what the toy cannot show',
  foot: 'name and address at the foot',
};

export const rangeWords = {
  from: 'The first step (counted from 0) or scene (by its name, or counted from 1) that keys and buttons reach.',
  to: 'The last one.',
};

export const roomWords: { readonly [R in Room]: string } = { page: 'page', slide: 'slide', phone: 'phone' };

type Message = ToFrame['type'] | ToHost['type'];
export const messageWords: { readonly [M in Message]: string } = {
  hello: 'There is somebody here who speaks this. From then on keys at the end of a run come as “leave”.',
  set: 'Go to the state of this query. What it asks for that cannot be had is brought into bounds, and said in the figure.',
  step: 'One step on (1) or back (-1); far goes as far as one press of a presenter’s remote.',
  reset: 'Back to where the frame began.',
  get: 'Say the state now.',
  ready: 'The figure is alive. It comes once, with the state it began in.',
  height: 'How tall the content is, in CSS pixels. It depends on the width of the frame and not on its height.',
  state: 'The state has changed and come to rest, or was asked for.',
  scene: 'A scene begins; its name.',
  leave: 'A key asked for a step beyond the end (1) or the beginning (-1): time for the next slide, or the one before.',
};

export const fieldWords: Readonly<Record<string, string>> = {
  query: 'what differs from the default, as in a link',
  scene: 'the scene that the state is, or empty',
  step: 'the step shown',
  last: 'the last step; 0 without steps',
  text: 'one to three sentences with the numbers',
  paper: 'the paper’s name in addresses',
  title: 'what the figure shows',
  height: 'CSS pixels',
  by: 'on or back',
  far: 'a stride instead of a step',
};

/** What the builder itself says. */
export const builderWords = {
  figure: 'Figure',
  paper: 'Paper',
  scene: 'Start at',
  byDefault: 'the default',
  ownState: 'the settings below',
  settings: 'Settings of the figure',
  look: 'Look and keys',
  hide: 'Leave out',
  range: 'Only a part of the way',
  from: 'From',
  to: 'To',
  first: 'the beginning',
  last: 'the end',
  preview: 'Preview',
  previewOf: (title: string) => `Preview: ${title}`,
  width: 'Seen on a',
  tall: (height: number, room?: number) =>
    room !== undefined && height > room
      ? `Here it is ${height} pixels tall and ${room} are seen; the rest is scrolled to. “Look and keys” can leave parts out.`
      : `Here it is ${height} pixels tall.`,
  playIt: 'Play with it: the code follows what you see.',
  target: 'Put it into',
  how: 'Step by step, and what to know',
  openAlone: 'Open it alone',
  save: 'Save the file, at these settings',
  again: 'Start anew',
  loadFailed: 'The builder could not be loaded. The examples below work all the same; reloading the page tries again.',
  noFigure: 'This figure could not be loaded. Choose it again to try once more.',
  copy: 'Copy',
  copied: 'Copied',
};
