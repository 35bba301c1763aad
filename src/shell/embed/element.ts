import { address, asked, reserve, sync, synced, type Asked } from './attributes';
import { listenForKeys, type Walker } from './deck';
import { heard } from './messages';
import type { ToFrame, ToHost } from './protocol';

/** The states that elements with an id or a name to sync by were last in: decks take slides away and make them anew. */
const remembered = new Map<string, string>();

/** How far a figure may be scaled down to fit the room that its slide has. */
const smallest = 0.3;

/** Less than this the frame does not shrink, so that a scene with one line less moves nothing below it. */
const restless = 120;

/** define(base, widths, heights) makes <lengthwise-widget>; doing it twice does no harm. `heights`: the tallest figure at each of the widths. */
export function define(base: string, widths: readonly number[], heights: readonly number[]): void {
  if (customElements.get('lengthwise-widget')) return;

  class LengthwiseWidget extends HTMLElement implements Walker {
    ready = false;
    atEnd: 0 | 1 | -1 = 0;
    #frame: HTMLIFrameElement | undefined;
    #asked: Asked | undefined;
    #state: Readonly<Record<string, unknown>> | undefined;
    #content = 0;
    /** The height that the frame has been given. */
    #tall = 0;
    #scale = 1;
    #room = [0, 0];
    #timer: ReturnType<typeof setTimeout> | undefined;
    #attributes = new MutationObserver(() => this.#changed());
    #size = new ResizeObserver(() => this.#resized());

    /** Where the figure stands: query, scene, step, last, text. */
    get state() {
      return this.#state;
    }

    connectedCallback(): void {
      this.style.display ||= 'block';
      // It stood in for the frame's height until now.
      this.style.minHeight = '';
      window.addEventListener('message', this.#hear);
      this.#attributes.observe(this, { attributes: true });
      this.#asked = this.#read();
      if (!this.#asked) return this.#say(`Lengthwise: there is no paper “${(this.getAttribute('paper') ?? '').slice(0, 40)}”.`);
      if (this.hasAttribute('poster') && !this.#memory()) this.#poster(this.#asked);
      else this.#start();
    }

    disconnectedCallback(): void {
      window.removeEventListener('message', this.#hear);
      this.#attributes.disconnect();
      this.#size.disconnect();
      clearTimeout(this.#timer);
      this.ready = false;
      this.replaceChildren();
      this.#frame = undefined;
    }

    /** advance(by, far) asks the figure for one step on or back. */
    advance(by: 1 | -1, far = false): void {
      this.#post({ lengthwise: 1, type: 'step', by, far });
    }

    /** giveBack() gives the focus back to the page, so that the next key reaches the deck. */
    giveBack(): void {
      if (document.activeElement === this.#frame) {
        this.#frame!.blur();
        window.focus();
      }
    }

    #read = () => asked([...this.attributes].map(({ name, value }) => [name, value] as const));
    #post = (message: ToFrame) => this.#frame?.contentWindow?.postMessage(message, new URL(base).origin);

    get #prefix() {
      return this.hasAttribute('sync') ? this.getAttribute('sync') || this.#asked!.paper : undefined;
    }

    get #key() {
      return this.id || this.#prefix;
    }

    /** The state that the page's address or an earlier element of this name asks for. */
    #memory(): string | undefined {
      const fromAddress = this.#prefix && synced(location.search, this.#prefix);
      return fromAddress || (this.#key ? remembered.get(this.#key) : undefined);
    }

    #say(line: string): void {
      this.textContent = line;
    }

    #poster({ paper, scene }: Asked): void {
      const button = document.createElement('button');
      button.style.cssText = 'all:unset;display:block;cursor:pointer;outline-offset:2px';
      button.onfocus = () => (button.style.outline = button.matches(':focus-visible') ? '2px solid' : '');
      button.onblur = () => (button.style.outline = '');
      const image = new Image(1200, 630);
      image.src = `${base}/cards/${paper}${scene ? `/${scene}` : ''}.png`;
      image.alt = `Start the figure${this.title ? `: ${this.title}` : ''}`;
      image.style.cssText = 'max-width:100%;height:auto;display:block';
      button.append(image);
      button.onclick = () => this.#start(true);
      this.replaceChildren(button);
    }

    #start(now = false): void {
      const frame = document.createElement('iframe');
      frame.src = address(base, this.#asked!, this.#memory());
      frame.title = this.title || `Lengthwise: ${this.#asked!.paper}`;
      frame.loading = now || this.getAttribute('loading') === 'eager' ? 'eager' : 'lazy';
      frame.allow = 'fullscreen; clipboard-write';
      frame.referrerPolicy = 'no-referrer';
      // Decks have rules for every iframe; these win over them.
      frame.style.cssText =
        'border:0!important;max-width:none!important;max-height:none!important;margin:0!important;display:block;width:100%';
      frame.style.transformOrigin = '0 0';
      this.#frame = frame;
      this.#content = this.#tall = 0;
      this.#resized();
      this.replaceChildren(frame);
      this.#size.observe(this);
    }

    /** Attributes of the look reload the frame; parameters are sent to it. */
    #changed(): void {
      const [before, now] = [this.#asked, this.#read()];
      this.#asked = now;
      if (!now || !before) {
        this.disconnectedCallback();
        return this.connectedCallback();
      }
      if (now.paper !== before.paper || now.look !== before.look || !this.ready) {
        this.ready = false;
        if (this.#frame) this.#frame.src = address(base, now);
      } else if (now.query !== before.query || now.scene !== before.scene)
        this.#post({ lengthwise: 1, type: 'set', query: [now.scene && `scene=${now.scene}`, now.query].filter(Boolean).join('&') });
    }

    #resized(): void {
      const room = [this.clientWidth, this.clientHeight];
      if (Math.abs(room[0]! - this.#room[0]!) > 1) {
        this.#scale = 1;
        this.#tall = 0;
      }
      this.#room = room;
      this.#fit();
    }

    /** The frame is as tall as its content, and before that is known as tall as any figure. With `fit` it is scaled into the room there is. */
    #fit(): void {
      const [width = 0, height = 0] = this.#room;
      const { style } = this.#frame!;
      if (this.hasAttribute('fit') && height > 0) {
        const needed = this.#content * this.#scale;
        // A little less than the room, because a change of a pixel or two is not told.
        if (needed > height - 4)
          this.#scale = Math.max(smallest, this.#scale * Math.max(0.7, Math.min(0.995, Math.sqrt((height - 4) / needed))));
        style.width = `${width / this.#scale}px`;
        style.height = `${height / this.#scale}px`;
        style.transform = this.#scale < 1 ? `scale(${this.#scale})` : '';
        return;
      }
      if (this.#content > this.#tall || this.#content < this.#tall - restless) this.#tall = this.#content;
      style.height = `${this.#tall || reserve(widths, heights, width, this.#asked!.look)}px`;
    }

    #hear = ({ source, origin, data }: MessageEvent): void => {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== new URL(base).origin) return;
      const message = heard(data);
      if (message) this.#take(message);
    };

    #take(message: ToHost): void {
      const { lengthwise: _, type, ...detail } = message;
      if (type === 'height') {
        this.#content = message.height;
        return this.#fit();
      }
      if (type === 'ready') {
        this.ready = true;
        this.atEnd = 0;
        this.#frame!.title = this.title || message.title;
        this.#post({ lengthwise: 1, type: 'hello' });
      }
      if (type === 'ready' || type === 'state') {
        this.#state = detail;
        const { query } = message;
        if (type === 'state') {
          if (this.#key) remembered.set(this.#key, query);
          this.#mirror(query);
        }
      }
      if (type !== 'leave') this.atEnd = 0;
      this.dispatchEvent(new CustomEvent(`lengthwise-${type}`, { detail, bubbles: true }));
      if (type === 'leave') keys.left(this, message.by, message.far ?? false);
    }

    /** The host page's own address holds the state, so that a link to the slide restores the figure. */
    #mirror(query: string): void {
      const prefix = this.#prefix;
      if (!prefix) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        try {
          history.replaceState(history.state, '', location.pathname + sync(location.search, prefix, query) + location.hash);
        } catch {
          // The figure goes on without.
        }
      }, 250);
    }
  }

  const keys = listenForKeys(() => [...document.querySelectorAll<LengthwiseWidget>('lengthwise-widget')]);
  customElements.define('lengthwise-widget', LengthwiseWidget);
}
