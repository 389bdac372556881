/** Let the person choose light, dark or the system's own; the choice stays in this browser. */
export function themeSwitch(menu: HTMLElement): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const buttons = menu.querySelectorAll<HTMLButtonElement>('button[data-theme-value]');

  function apply(choice: string): void {
    const dark = choice === 'dark' || (choice === 'auto' && system.matches);
    root.dataset['bsTheme'] = dark ? 'dark' : 'light';
    if (choice === 'auto') delete root.dataset['themeChoice'];
    else root.dataset['themeChoice'] = choice;
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset['themeValue'] === choice));
  }

  function remember(choice: string): void {
    try {
      if (choice === 'auto') localStorage.removeItem('collaudo-theme');
      else localStorage.setItem('collaudo-theme', choice);
    } catch {
      // Storage may be forbidden; the choice then lasts for this page.
    }
  }

  for (const button of buttons) {
    button.addEventListener('click', () => {
      const choice = button.dataset['themeValue'] ?? 'auto';
      remember(choice);
      apply(choice);
      const details = menu.closest('details') ?? menu.querySelector('details');
      if (details) details.open = false;
      details?.querySelector<HTMLElement>('summary')?.focus();
    });
  }
  system.addEventListener('change', () => apply(root.dataset['themeChoice'] ?? 'auto'));
  apply(root.dataset['themeChoice'] ?? 'auto');
}
