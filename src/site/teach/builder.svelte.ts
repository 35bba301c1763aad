import type { AnyWidget } from '@/shell/contract';
import { parts, type OptionName } from '@/shell/embed/options';
import { complete, print } from '@/shell/link';
import { parse } from '@/shell/parse';
import {
  changed,
  embedAddress,
  ends,
  printChoice,
  printLook,
  readChoice,
  readPaper,
  sceneOf,
  start,
  type Choice,
  type Room,
  type State,
} from './choice';
import type { Chosen } from './code';
import type { ToolId } from './tools';

/** A paper that can be chosen. */
export interface Listed {
  readonly slug: string;
  /** Where its figure stands among the widgets: 'theme/slug'. */
  readonly folder: string;
  readonly name: string;
  readonly theme: string;
  /** What its frame needs at the width of a page. */
  readonly height: number;
}

/** What the page gives the builder: the papers that have a figure, the one to begin with first. */
export interface Listing {
  readonly papers: readonly Listed[];
  readonly site: string;
}

type Load = (slug: string) => Promise<AnyWidget>;

/** What is chosen in the builder; the preview, the code and the address all follow it. */
export class Builder {
  readonly papers: readonly Listed[];
  readonly #load: Load;
  widget = $state.raw() as AnyWidget;
  #choice = $state.raw() as Choice;
  notices = $state.raw<readonly string[]>([]);
  /** True where the paper that was asked for could not be fetched. */
  failed = $state(false);
  /** What the preview said of the height of its content; undefined before it did. */
  height = $state<number>();
  /** Where the site is: where it was built for, until a browser says where it really is. */
  site = $state('');
  /** False as long as nothing would answer a click. */
  live = $state(false);

  constructor({ papers, site }: Listing, widget: AnyWidget, load: Load) {
    this.papers = papers;
    this.#load = load;
    this.widget = widget;
    this.#choice = start(widget);
    this.site = site.replace(/\/$/, '');
  }

  get values(): State {
    return this.#choice.values;
  }
  get look() {
    return this.#choice.look;
  }
  get preview(): Room {
    return this.#choice.preview;
  }
  get tool(): ToolId {
    return this.#choice.tool;
  }
  /** The scene that this state is, if it is one. */
  get scene() {
    return sceneOf(this.widget, this.values);
  }
  /** The path and query of the embed. */
  get embed(): string {
    return embedAddress(this.widget, this.#choice);
  }
  /** The query of the builder's own address; '' where nothing was chosen yet. */
  get query(): string {
    const query = printChoice(this.widget, this.#choice);
    return query === `paper=${this.papers[0]!.slug}` ? '' : query;
  }
  get chosen(): Chosen {
    const { slug } = this.widget;
    const { name, height } = this.papers.find((paper) => paper.slug === slug)!;
    const query = print(this.widget, this.values);
    const scene = query ? (this.scene?.id ?? '') : '';
    return {
      site: this.site,
      slug,
      title: `${name}: ${this.scene?.title ?? this.widget.title}`,
      scene,
      query: scene ? '' : query,
      look: printLook(this.look),
      height: this.height ?? height,
    };
  }

  #change(patch: Partial<Choice>): void {
    const next = { ...this.#choice, ...patch };
    this.#choice = { ...next, look: { ...next.look, ...ends(this.widget, next.values, next.look) } };
  }

  set = (patch: State): void => this.#change({ values: changed(this.widget, this.values, patch) });

  /** choose(id) goes to a scene, or to the default. */
  choose(id: string): void {
    const scene = this.widget.scenes.find((one) => one.id === id);
    this.#change({ values: complete(this.widget, (scene?.set ?? {}) as State) });
  }

  /** follow(query) goes where the figure in the preview went. */
  follow(query: string): void {
    this.#change({ values: parse(this.widget, query).values });
  }

  option(name: OptionName, word: string): void {
    // A step is no scene: what counted one cannot count the other.
    this.#change({ look: { ...this.look, [name]: word, ...(name === 'walk' ? { from: undefined, to: undefined } : {}) } });
  }
  hide(part: string, hidden: boolean): void {
    this.#change({ look: { ...this.look, hide: parts.filter((one) => (one === part ? hidden : this.look.hide.includes(one))) } });
  }
  range(end: 'from' | 'to', at: string): void {
    this.#change({ look: { ...this.look, [end]: at } });
  }
  seenOn(preview: Room): void {
    this.#change({ preview });
  }
  putInto(tool: ToolId): void {
    this.#change({ tool });
  }

  /** open(search) goes to what an address says. Rejects when the figure's code cannot be had. */
  async open(search: string): Promise<void> {
    const { paper, notices } = readPaper(
      search,
      this.papers.map(({ slug }) => slug),
    );
    const widget = await this.#load(paper);
    const read = readChoice(widget, search);
    this.widget = widget;
    this.#choice = read.choice;
    this.notices = [...notices, ...read.notices];
    this.height = undefined;
    this.failed = false;
  }

  /** show(slug) goes to another paper at its default; look, width and tool stay. */
  async show(slug: string): Promise<void> {
    try {
      const widget = await this.#load(slug);
      this.widget = widget;
      this.height = undefined;
      this.failed = false;
      this.notices = [];
      this.#change({ values: complete(widget, {}), look: { ...this.look, from: undefined, to: undefined } });
    } catch {
      this.failed = true;
    }
  }

  reset = (): void => {
    this.notices = [];
    this.#choice = start(this.widget);
  };
}
