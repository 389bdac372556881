/** Messages of the server can be put away by hand. */
export function notices(region: HTMLElement): void {
  region.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest('.alert-close');
    if (!button) return;
    button.closest('.alert')?.remove();
    document.getElementById('main')?.focus();
  });
}
