import type { AnyView, AnyWidget } from '@/shell/contract';

/** The figures of this theme, found by their folders: nobody lists them. Each loads when it is asked for. */
export const definitions = import.meta.glob<{ default: AnyWidget }>('./*/widget.ts');
export const views = import.meta.glob<{ default: AnyView }>('./*/View.svelte');
