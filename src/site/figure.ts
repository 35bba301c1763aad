import { render } from 'svelte/server';
import Shell from '@/shell/Figure.svelte';
import { lasting, wakeWork } from '@/shell/contract';
import { folderOf } from '@/shell/definitions';
import { complete } from '@/shell/link';
import type { Placement } from '@/shell/mount';
import { inputs, type Value } from '@/shell/parameters';
import { loadWidget } from '@/shell/registry';
import { pageWords } from '@/shell/words-page';
import { verifiedLine } from './checks';
import { computed } from './computed';
import { isShort } from './short';
import { subject } from './subjects';

export interface Place {
  paper: string;
  /** A scene to start from; the default state otherwise. */
  scene?: string;
  /** True on the page whose address follows this figure's state. */
  address?: boolean;
  heading?: 1 | 2 | 3;
  home?: string;
  /** Unlike that of any other figure on the page. */
  id?: string;
  /** Where the site is, for a page that may stand anywhere else. */
  site?: string;
}

/** figure(place) is a widget drawn on the server, and what the browser needs to make it live. Throws when there is no such paper or scene. */
export async function figure({ paper, scene: sceneId, address = false, heading = 2, home = `/papers/${paper}/`, id, site }: Place) {
  const folder = folderOf(paper);
  const { widget, View } = await loadWidget(folder);
  const scene = sceneId ? widget.scenes.find((one) => one.id === sceneId) : undefined;
  if (sceneId && !scene) throw new Error(`${paper} has no scene ${sceneId}: there are ${widget.scenes.map((one) => one.id).join(', ')}`);
  const values = complete(widget, (scene?.set ?? {}) as Record<string, Value>);
  const { work } = await subject(paper);
  const given = inputs(widget.params, values);
  const result = computed(widget, given);
  const lasts = lasting(widget, given);
  const isSlow = !lasts && widget.work(given) > wakeWork;
  const isWritten = isSlow && isShort(result);
  const placement: Placement = {
    slug: paper,
    folder,
    id: id ?? `figure-${paper}`,
    values: { ...values },
    home,
    address,
    heading,
    verified: await verifiedLine(paper),
    work,
    site,
    result: lasts ? result : undefined,
    short: isWritten ? result : undefined,
    // A figure that stands alone has nothing to fetch meanwhile.
    ahead: isSlow && !isWritten && site === undefined ? (given as Record<string, Value>) : undefined,
  };
  const { body, head } = render(Shell, { props: { ...placement, widget, View, values, result } });
  return { widget, View, scene, values, result, placement, body, head, loadFailed: pageWords.loadFailed };
}
