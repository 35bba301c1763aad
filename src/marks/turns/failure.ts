import { getContext, setContext } from 'svelte';

const key = Symbol('failure');

/** What a figure does when one of its parts cannot be drawn: each is drawn by itself, and has to say so. */
export type OnFailure = (error: unknown) => void;

/** onFailure(act) is called by the figure; what stands in it calls act. */
export const onFailure = (act: OnFailure): void => void setContext(key, act);

/** failure() is what the figure around a part said; undefined where a part stands alone. */
export const failure = (): OnFailure | undefined => getContext<OnFailure | undefined>(key);
