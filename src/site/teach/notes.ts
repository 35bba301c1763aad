import type { ToolId } from './tools';

/** What stands behind a note: our own tests, a trial by hand, the tool's documentation, or what its users report. */
export const bases = {
  tests: 'our tests',
  hand: 'tried by hand',
  documentation: 'its documentation',
  users: 'users’ reports',
} as const;

/** What a tool can do with a figure, as far as it is known. */
export interface Note {
  readonly tool: ToolId;
  readonly name: string;
  readonly shows: 'live' | 'picture';
  readonly keys: string;
  readonly offline: string;
  readonly know: string;
  readonly basis: keyof typeof bases;
  /** With what, or how far. */
  readonly extent?: string;
}

/** The Slidev that the recipe was tried in. */
const slidev = '52.13';

/** notes(versions) is the table of tools; the versions are those that the tests ran with. */
export const notes = (versions: { readonly revealjs: string }): readonly Note[] => [
  {
    tool: 'web',
    name: 'A web page, by a frame',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'with the file',
    know: 'A frame has a fixed height; the builder measures the right one. A sandboxed frame works too, without full screen.',
    basis: 'tests',
    extent: 'Chromium and Firefox',
  },
  {
    tool: 'web',
    name: 'A web page, by the element',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'no',
    know: 'Sets its own height, and can stand as a picture until it is clicked (“poster”). The page must allow scripts from our site.',
    basis: 'tests',
    extent: 'Chromium',
  },
  {
    tool: 'revealjs',
    name: 'reveal.js, by the element',
    shows: 'live',
    keys: 'yes: first its steps, then the slides',
    offline: 'no',
    know: 'Takes the keys of the deck while its slide is shown, needs no click, and is scaled to the room on the slide.',
    basis: 'tests',
    extent: `version ${versions.revealjs}`,
  },
  {
    tool: 'revealjs',
    name: 'reveal.js, by a frame',
    shows: 'live',
    keys: 'after a click in it: its steps, then the slides',
    offline: 'with the file',
    know: 'Write src, not data-src: reveal.js unloads a data-src frame when its slide is left, and the figure starts anew.',
    basis: 'tests',
    extent: `version ${versions.revealjs}`,
  },
  {
    tool: 'slidev',
    name: 'Slidev, by the component',
    shows: 'live',
    keys: 'yes: first its steps, then the slides',
    offline: 'no',
    know: 'Takes the keys and is scaled as the element in reveal.js is.',
    basis: 'hand',
    extent: `version ${slidev}`,
  },
  {
    tool: 'slidev',
    name: 'Slidev, by its own layout',
    shows: 'live',
    keys: 'after a click in it: its steps, not the slides',
    offline: 'with the file, in public/',
    know: 'It passes no keys on: after a click in the figure only Slidev’s own buttons, bottom left, lead to another slide.',
    basis: 'hand',
    extent: `version ${slidev}`,
  },
  {
    tool: 'quarto',
    name: 'Quarto',
    shows: 'live',
    keys: 'in slides: as in reveal.js',
    offline: 'with the file',
    know: 'Not rendered by us: its slides are reveal.js, which we did try.',
    basis: 'documentation',
  },
  {
    tool: 'address',
    name: 'Notion',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'no',
    know: 'What follows the “?” of an address was lost or garbled at times: choose a scene, whose address has no “?”.',
    basis: 'users',
  },
  {
    tool: 'address',
    name: 'Google Sites',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'no',
    know: 'Insert, Embed, By URL. The frame does not follow the height of the figure: make it tall enough.',
    basis: 'users',
  },
  {
    tool: 'address',
    name: 'Moodle',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'no',
    know: 'The activity “URL”, displayed as “Embed”, takes the address. Where your school allows frames in texts, the code of a frame too.',
    basis: 'documentation',
  },
  {
    tool: 'address',
    name: 'Canvas',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'no',
    know: 'The HTML view of the editor takes the code of a frame. Its height follows the figure, but not in the mobile apps.',
    basis: 'documentation',
  },
  {
    tool: 'wordpress',
    name: 'WordPress',
    shows: 'live',
    keys: 'after a click in it',
    offline: 'no',
    know: 'An address on a line of its own shows the default or a scene, in a sandboxed frame without full screen.',
    basis: 'documentation',
    extent: 'the sandbox is in our tests',
  },
  {
    tool: 'picture',
    name: 'PowerPoint',
    shows: 'picture',
    keys: 'no',
    offline: 'the picture, yes',
    know: 'An add-in of the “Web Viewer” kind shows a page live on a slide: by https alone, with a network, and if your school lets you install it.',
    basis: 'users',
  },
  {
    tool: 'picture',
    name: 'Keynote, Google Slides',
    shows: 'picture',
    keys: 'no',
    offline: 'the picture, yes',
    know: 'Neither can hold a live page. Put the link on the picture, and change to the browser when you come to it.',
    basis: 'users',
  },
  {
    tool: 'offline',
    name: 'The file',
    shows: 'live',
    keys: 'yes',
    offline: 'yes',
    know: 'Open it in a browser. The preview of a mail program may run no script, and then shows the default.',
    basis: 'tests',
    extent: 'Chromium and Firefox',
  },
];
