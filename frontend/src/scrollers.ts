/** A wide table that scrolls must be reachable by keyboard; one that fits must not be a stop on the way. */
export function scrollers(box: HTMLElement): void {
  const caption = box.querySelector('caption')?.textContent?.trim();
  new ResizeObserver(() => {
    const scrolls = box.scrollWidth > box.clientWidth;
    box.tabIndex = scrolls ? 0 : -1;
    if (!scrolls) box.removeAttribute('tabindex');
    if (scrolls && caption) {
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', caption);
    }
  }).observe(box);
}
