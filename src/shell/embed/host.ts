import { parse } from '../parse';
import type { FigureState } from '../state.svelte';
import { stepName } from '../steps';
import { effects } from './effects.svelte';
import { onKeys } from './keys';
import type { Asked } from './options';
import { read, toFrame, type ToHost } from './protocol';
import { walker } from './walk';

/** Beyond this the content has really changed; less is rounding, and answering it could go on for ever. */
const noticeable = 2;

/** What a deck around the frame has said, from the moment the page was there: it may show the slide before the figure is awake. */
export interface Deck {
  readonly known: boolean;
  readonly shows: boolean;
}

/**
 * attachTo(options, deck) ties a live figure to the page around its frame: messages in and out (protocol.ts), the habits of decks and
 * of learning platforms, and the keys. It never takes the focus and never scrolls.
 */
export const attachTo =
  (options: Asked, deck: Deck) =>
  (figure: FigureState, root: HTMLElement): (() => void) => {
    const host = window.parent === window ? undefined : window.parent;
    const begin = figure.values;
    const feet = walker(figure);
    /** True once the host has spoken our protocol. */
    let spoken = false;

    const tell = (message: ToHost | string) => host?.postMessage(message, '*');
    const stand = () => {
      const name = stepName(figure.widget);
      return {
        query: figure.query,
        scene: figure.scene?.id ?? '',
        step: name ? (figure.values[name] as number) : 0,
        last: figure.steps?.[1] ?? 0,
        text: figure.text.slice(0, 2000),
      };
    };

    /** One step; at the end the key is the host's: ours by `leave`, else reveal.js's by its own message. False where nobody takes it. */
    const move = (by: 1 | -1, far: boolean): boolean => {
      figure.playing = false;
      if (feet.move(by, far)) return true;
      if (spoken) tell({ lengthwise: 1, type: 'leave', by, far });
      else tell(JSON.stringify({ method: by > 0 ? 'next' : 'prev' }));
      // In a deck the next key is the deck's, even where the speaker had clicked into this frame.
      if (deck.known) host?.focus();
      return host !== undefined;
    };

    /** From the beginning, where it stands at the end. */
    const play = () => {
      const name = stepName(figure.widget);
      if (!name) return;
      const [first, end] = figure.steps!;
      if ((figure.values[name] as number) >= end) figure.set({ [name]: first });
      figure.playing = true;
    };
    let paused = false;
    /** Whether it starts unasked: never for a reader who asked for less motion. */
    const startsItself = () => options.play === 'yes' && !matchMedia('(prefers-reduced-motion: reduce)').matches;

    const listen = ({ source, data }: MessageEvent) => {
      if (!host || source !== host) return;
      if (data === 'slide:start') {
        if (startsItself()) play();
        else figure.playing = paused;
      } else if (data === 'slide:stop') {
        paused = figure.playing;
        figure.playing = false;
      }
      const message = read(toFrame, data);
      if (!message) return;
      spoken = true;
      if (message.type === 'set') {
        const { values, notices } = parse(figure.widget, message.query);
        figure.go(values, notices);
      } else if (message.type === 'step') move(message.by, message.far ?? false);
      else if (message.type === 'reset') figure.go(begin);
      else if (message.type === 'get') tell({ lengthwise: 1, type: 'state', ...stand() });
    };
    window.addEventListener('message', listen);

    const untieKeys = onKeys({ move, reset: () => figure.go(begin) });

    // The height is that of the content, never of the frame, so that answering it by a taller frame changes nothing.
    let told = 0;
    const content = document.querySelector<HTMLElement>('main') ?? root;
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(content.getBoundingClientRect().height);
      if (Math.abs(height - told) <= noticeable || document.fullscreenElement) return;
      told = height;
      tell({ lengthwise: 1, type: 'height', height });
      // Canvas and Moodle.
      tell(JSON.stringify({ subject: 'lti.frameResize', height }));
    });
    if (host) observer.observe(content);

    const untieState = effects(
      figure,
      () => tell({ lengthwise: 1, type: 'state', ...stand() }),
      (scene) => {
        feet.saw(scene);
        tell({ lengthwise: 1, type: 'scene', scene });
      },
    );
    tell({ lengthwise: 1, type: 'ready', paper: figure.widget.slug, title: figure.widget.title, ...stand() });
    if ((deck.shows || !host) && startsItself()) play();

    return () => {
      window.removeEventListener('message', listen);
      untieKeys();
      untieState();
      observer.disconnect();
    };
  };
