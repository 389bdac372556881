// Runs before the first paint: a page must not flash in the wrong light.
(() => {
  const root = document.documentElement;
  let choice: string | null = null;
  try {
    choice = localStorage.getItem('collaudo-theme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const wantsDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset['bsTheme'] = wantsDark ? 'dark' : 'light';
  if (choice === 'light' || choice === 'dark') root.dataset['themeChoice'] = choice;
  root.classList.add('js');
})();
