/** What the query of an embed says about its look and its keys, beside the state of the figure. Unknown words do nothing. */

/** The words that each takes; the first is what holds when nothing is said. */
export const options = {
  /** auto follows the reader's system. */
  scheme: ['auto', 'light', 'dark'],
  /** large is for projectors. */
  type: ['normal', 'large'],
  /** compact keeps scenes and steps, none the picture alone. */
  controls: ['full', 'compact', 'none'],
  /** none is transparent. */
  ground: ['page', 'none'],
  /** What arrow keys and presenter remotes walk through. */
  walk: ['steps', 'scenes'],
  /** yes plays the steps when the slide comes into view. */
  play: ['no', 'yes'],
} as const;

export type OptionName = keyof typeof options;

/** What `hide=` can leave out, joined by dots or commas. */
export const parts = ['title', 'scenes', 'stepper', 'controls', 'tools', 'text', 'limits', 'foot'] as const;

/** All names that an embed reads from its query beside the figure's parameters. */
export const optionNames = ['scheme', 'type', 'controls', 'ground', 'walk', 'play', 'hide', 'from', 'to'] as const;

export interface Asked extends Record<OptionName, string> {
  readonly hide: readonly string[];
  /** The range that steps or scenes are locked to, as it was written. */
  readonly from?: string;
  readonly to?: string;
}

/** asked(search) reads the options of a query string. It never throws, whatever the string holds. */
export function asked(search: string): Asked {
  const given = new URLSearchParams(search.slice(0, 2000));
  const read = ([name, known]: [string, readonly string[]]) => {
    const word = given.get(name) ?? '';
    return [name, known.includes(word) ? word : known[0]];
  };
  const words = (given.get('hide') ?? '').split(/[.,]/);
  return {
    ...(Object.fromEntries(Object.entries(options).map(read)) as Record<OptionName, string>),
    hide: parts.filter((part) => words.includes(part)),
    from: given.get('from')?.slice(0, 40),
    to: given.get('to')?.slice(0, 40),
  };
}
