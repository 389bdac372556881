/** A chosen time, in the site's wall time: `2026-11-23T09:00`. */
export interface Choice {
  start: string;
  end: string;
}

export type Choose = (choice: Choice) => void;

function wallTime(instant: string): string {
  // Links carry the site's own offset, so the wall time is what stands before it.
  return instant.slice(0, 16);
}

/** Let chips and the calendar fill in the form, which then asks for its price; without it the chips are links. */
export function chooser(form: HTMLFormElement): Choose {
  const field = (name: string): HTMLInputElement | null => form.querySelector(`[name="${name}"]`);

  function set(name: string, value: string): void {
    const input = field(name);
    if (input) input.value = value;
  }

  function choose(choice: Choice): void {
    set('day', choice.start.slice(0, 10));
    set('begin', choice.start.slice(11, 16));
    set('last_day', choice.end.slice(0, 10));
    set('finish', choice.end.slice(11, 16));
    form.dispatchEvent(new CustomEvent('chosen', { bubbles: true }));
  }

  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const chip = event.target.closest<HTMLAnchorElement>('a[data-chip]');
    if (!chip) return;
    const query = new URL(chip.href).searchParams;
    const start = query.get('start');
    const end = query.get('end');
    if (!start || !end) return;
    event.preventDefault();
    choose({ start: wallTime(start), end: wallTime(end) });
    const book = document.getElementById('book');
    book?.focus({ preventScroll: true });
    book?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  });
  return choose;
}
