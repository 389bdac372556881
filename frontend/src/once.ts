/** A form that books must not book twice because of an impatient finger. */
export function once(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    if (form.dataset['sent'] === 'yes') {
      event.preventDefault();
      return;
    }
    form.dataset['sent'] = 'yes';
  });
  window.addEventListener('pageshow', () => delete form.dataset['sent']);
}
