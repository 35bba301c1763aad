interface Actions {
  /** True where something moved, here or in whoever is around the frame. */
  move: (by: 1 | -1, far: boolean) => boolean;
  reset: () => void;
}

const steps: Record<string, readonly [by: 1 | -1, far: boolean]> = {
  ArrowRight: [1, false],
  ArrowLeft: [-1, false],
  PageDown: [1, true],
  PageUp: [-1, true],
};

/**
 * What keeps its arrow keys: fields, sliders, and things in a picture that listen themselves; not the stepper's slider, which
 * moves by the same keys. Page keys come from presenter remotes: a slider that was clicked must not hold up a talk.
 */
const keepsArrows = ':is(input, select, textarea, [role="slider"]):not(.stepper *)';
const keepsPages = 'select, textarea';
const pressable = 'button, a, summary, [role="button"], [tabindex]';

/**
 * onKeys(actions) listens for arrows, Page Up and Page Down (presenter remotes), Space, R and F anywhere in the frame.
 * Other keys (Escape, F5, "b" and "." of remotes) are left alone. Returns how to stop.
 */
export function onKeys({ move, reset }: Actions): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const on = event.target instanceof Element ? event.target : document.body;
    if (on.closest(event.key.startsWith('Page') ? keepsPages : keepsArrows)) return;
    const space = event.key === ' ' && !on.closest(pressable) ? ([event.shiftKey ? -1 : 1, false] as const) : undefined;
    const step = steps[event.key] ?? space;
    if (step) {
      if (move(...step)) event.preventDefault();
    } else if (event.key === 'r' || event.key === 'R') reset();
    else if (event.key === 'f' || event.key === 'F') void fullScreen();
  };
  window.addEventListener('keydown', press);
  return () => window.removeEventListener('keydown', press);
}

/** A frame may forbid it; then nothing happens. */
async function fullScreen(): Promise<void> {
  try {
    await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  } catch {
    // Nothing is lost.
  }
}
