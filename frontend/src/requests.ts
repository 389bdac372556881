import htmx from 'htmx.org';

/** What htmx needs everywhere: the CSRF token, refusals shown like answers, focus kept. */
export function requests(): void {
  htmx.config.includeIndicatorStyles = false;
  htmx.config.allowEval = false;
  htmx.config.allowScriptTags = false;
  htmx.config.historyCacheSize = 0;
  htmx.config.scrollIntoViewOnBoost = false;
  htmx.config.responseHandling = [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    // A refusal is an answer: its fragment says why in plain words.
    { code: '(400|409|422)', swap: true, error: false },
    { code: '...', swap: false, error: true },
  ];
  document.addEventListener('htmx:configRequest', (event) => {
    const detail = (event as CustomEvent<{ headers: Record<string, string>; verb: string }>).detail;
    const token = document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value;
    if (token && detail.verb !== 'get') detail.headers['X-CSRFToken'] = token;
  });
}
