/** whenNear(elements, act) acts once on each element, when it comes within a short scroll of the viewport: of `margin` pixels. */
export function whenNear(elements: Iterable<HTMLElement>, act: (element: HTMLElement) => void, margin = 300): void {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        act(target as HTMLElement);
      }
    },
    { rootMargin: `${margin}px` },
  );
  for (const element of elements) near.observe(element);
}
