/** whenNear(elements, act) acts once on each element, when it comes within a short scroll of the viewport. */
export function whenNear(elements: Iterable<HTMLElement>, act: (element: HTMLElement) => void): void {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        act(target as HTMLElement);
      }
    },
    { rootMargin: '300px' },
  );
  for (const element of elements) near.observe(element);
}
