/** Where a figure can be put, and what is copied for each. */

/** What is copied, with the name it is copied under. */
export const targets = {
  iframe: 'Code of a frame',
  element: 'Code of an element',
  'revealjs-element': 'A slide with the element',
  'revealjs-frame': 'A slide with a frame',
  'slidev-component': 'components/Lengthwise.vue',
  'slidev-slide': 'On a slide',
  'slidev-layout': 'A slide that is nothing but the figure',
  'quarto-slide': 'A slide (revealjs)',
  'quarto-page': 'In a page (html)',
  address: 'Address',
  wordpress: 'Address, on a line of its own',
  picture: 'Address of the picture',
  link: 'Link to put on the picture',
  offline: 'Address of the file',
  'offline-frame': 'A frame for a file beside your slides',
} as const;
export type Target = keyof typeof targets;

interface Tool {
  readonly id: string;
  readonly name: string;
  readonly targets: readonly Target[];
}

export const tools = [
  { id: 'web', name: 'A web page', targets: ['iframe', 'element'] },
  { id: 'revealjs', name: 'reveal.js', targets: ['revealjs-element', 'revealjs-frame'] },
  { id: 'slidev', name: 'Slidev', targets: ['slidev-component', 'slidev-slide', 'slidev-layout'] },
  { id: 'quarto', name: 'Quarto', targets: ['quarto-slide', 'quarto-page'] },
  { id: 'address', name: 'Notion, Google Sites, Moodle, Canvas', targets: ['address'] },
  { id: 'wordpress', name: 'WordPress', targets: ['wordpress', 'iframe'] },
  { id: 'picture', name: 'PowerPoint, Keynote, Google Slides', targets: ['picture', 'link'] },
  { id: 'offline', name: 'A room without a network', targets: ['offline', 'offline-frame'] },
] as const satisfies readonly Tool[];
export type ToolId = (typeof tools)[number]['id'];
