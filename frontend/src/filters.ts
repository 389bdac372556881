/** A filter form that answers by itself drops empty fields, so that its address stays short and can be shared. */
export function filters(form: HTMLFormElement): void {
  form.addEventListener('htmx:configRequest', (event) => {
    const detail = (event as CustomEvent<{ parameters: Record<string, unknown>; path: string }>).detail;
    for (const [name, value] of Object.entries(detail.parameters)) if (value === '') delete detail.parameters[name];
  });
  form.addEventListener('submit', () => {
    for (const field of form.querySelectorAll<HTMLInputElement>('input, select')) field.disabled = field.value === '';
  });
}
