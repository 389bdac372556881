import { Interaction, List, TimeGrid, createCalendar, type Calendar } from '@event-calendar/core';

import type { Choose } from './chooser';

interface Span {
  start: string;
  end: string;
}

interface FeedEvent extends Span {
  id: string;
  status: string;
  title: string;
  mine: boolean;
  reference?: string;
}

interface Availability {
  open: Span[];
  busy: Span[];
  free: Span[];
}

type CalendarEvent = Calendar.EventInput;

const NARROW = 720;
const USUAL_HOURS = 2;
const TABLE_ROLES = ['table', 'rowgroup', 'row', 'columnheader', 'rowheader', 'cell', 'gridcell', 'list', 'listitem'];
const DAY_START = '07:00:00';
const DAY_END = '20:00:00';

/** The wall time of the site: the API writes it with the site's offset, which is dropped for show. */
const wall = (instant: string): string => instant.slice(0, 19);

const stamp = (date: Date): string => date.toISOString().slice(0, 16);

async function read<T>(url: string): Promise<T> {
  const response = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return (await response.json()) as T;
}

function background(span: Span, className: string): CalendarEvent {
  return { start: wall(span.start), end: wall(span.end), display: 'background', classNames: [className] };
}

/** The stretches of a window in which nothing is open. */
function closedIn(open: Span[], start: string, end: string): Span[] {
  const closed: Span[] = [];
  let cursor = start;
  for (const span of [...open].sort((one, other) => one.start.localeCompare(other.start))) {
    if (wall(span.start) > cursor) closed.push({ start: cursor, end: wall(span.start) });
    if (wall(span.end) > cursor) cursor = wall(span.end);
  }
  return cursor < end ? [...closed, { start: cursor, end }] : closed;
}

/**
 * EventCalendar names its parts as a table whose cells hold articles, which no screen reader can follow: say what it
 * is, a labelled group whose hours scroll, and leave the free times as links and the form beside it as the other way.
 */
function plainRoles(element: HTMLElement, label: string): void {
  for (const part of element.querySelectorAll('[role]')) {
    const role = part.getAttribute('role') ?? '';
    if (part.classList.contains('ec')) {
      if (role !== 'group') part.setAttribute('role', 'group');
      part.setAttribute('aria-label', label);
    } else if (TABLE_ROLES.includes(role)) {
      part.removeAttribute('role');
    }
  }
  for (const cell of element.querySelectorAll('[aria-colindex]')) cell.removeAttribute('aria-colindex');
  for (const head of element.querySelectorAll('h4:not([aria-level])')) head.setAttribute('aria-level', '3');
  const hours = element.querySelector('.ec-main');
  if (hours && !hours.hasAttribute('tabindex')) {
    hours.setAttribute('tabindex', '0');
    hours.setAttribute('role', 'region');
    hours.setAttribute('aria-label', label);
  }
}

/** What is left to choose of the free times: not before the earliest start, and not where one's own bookings stand. */
function choosable(free: Span[], earliest: string, own: Span[]): Span[] {
  let left = free
    .map((span) => ({ start: wall(span.start), end: wall(span.end) }))
    .map((span) => ({ start: span.start > earliest ? span.start : earliest, end: span.end }));
  for (const taken of own.map((span) => ({ start: wall(span.start), end: wall(span.end) }))) {
    left = left.flatMap((span) =>
      taken.end <= span.start || taken.start >= span.end
        ? [span]
        : [
            { start: span.start, end: taken.start },
            { start: taken.end, end: span.end },
          ],
    );
  }
  return left.filter((span) => span.start < span.end);
}

/** The week of a resource: open hours, what is taken, what is yours; drag to choose where a form listens. */
export function week(element: HTMLElement, choose: Choose | null, form: HTMLFormElement | null): void {
  const text = (name: string): string => element.dataset[`text${name}`] ?? '';
  const now = element.dataset['now'] ?? '';
  const earliest = element.dataset['earliest'] ?? now;
  const first = element.dataset['first'] || now;
  const step = Number(element.dataset['step'] ?? '15');
  const code = encodeURIComponent(element.dataset['code'] ?? '');
  const isNarrow = (): boolean => element.clientWidth < NARROW;

  function shown(event: FeedEvent): CalendarEvent {
    const className = event.mine ? 'is-mine' : event.status === 'occupied' ? 'is-occupied' : 'is-known';
    const extendedProps = event.reference ? { reference: event.reference } : {};
    const classNames = event.status === 'requested' ? [className, 'is-requested'] : [className];
    const title = event.status === 'occupied' ? text('Occupied') : event.title;
    return { id: event.id, start: wall(event.start), end: wall(event.end), title, classNames, extendedProps };
  }

  function freeLine(span: Span): CalendarEvent {
    return { start: wall(span.start), end: wall(span.end), title: text('Free'), classNames: ['is-free'] };
  }

  async function load(fetchInfo: { startStr: string; endStr: string }): Promise<CalendarEvent[]> {
    const window = `start=${fetchInfo.startStr.slice(0, 10)}T00:00:00Z&end=${fetchInfo.endStr.slice(0, 10)}T23:59:59Z`;
    const [events, times] = await Promise.all([
      read<FeedEvent[]>(`/api/v1/calendar/?${window}&resource=${code}`),
      read<Availability>(`/api/v1/resources/${code}/availability/?${window}`),
    ]);
    const first = `${fetchInfo.startStr.slice(0, 10)}T00:00:00`;
    const last = `${fetchInfo.endStr.slice(0, 10)}T23:59:59`;
    const free = choosable(times.free, earliest, events.filter((event) => event.mine));
    return [
      ...closedIn(times.open, first, last).map((span) => background(span, 'is-closed')),
      ...times.busy.map((span) => background(span, 'is-busy')),
      background({ start: first, end: now }, 'is-past'),
      ...free.map(freeLine),
      ...events.map(shown),
      ...chosen(),
    ].filter((event) => String(event.start) < String(event.end));
  }

  function chosen(): CalendarEvent[] {
    if (!form) return [];
    const value = (name: string): string => form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? '';
    const day = value('day');
    if (!day || !value('begin') || !value('finish')) return [];
    const start = `${day}T${value('begin')}`;
    const end = `${value('last_day') || day}T${value('finish')}`;
    return end > start ? [{ id: 'chosen', start, end, title: text('Chosen'), classNames: ['is-chosen'] }] : [];
  }

  function showChosen(): void {
    calendar.removeEventById('chosen');
    for (const event of chosen()) calendar.addEvent(event);
  }

  function follow(): void {
    const [event] = chosen();
    if (event) calendar.setOption('date', String(event.start).slice(0, 10));
  }

  /** What stands in an event: the time and its name; one's own leads to the booking, a free time fills in the form. */
  function line(event: Calendar.Event, timeText: string): HTMLElement {
    const reference = event.extendedProps['reference'] as string | undefined;
    const isOffer = choose !== null && event.classNames.includes('is-free');
    const node = document.createElement(reference ? 'a' : isOffer ? 'button' : 'span');
    node.className = 'week-line';
    if (node instanceof HTMLAnchorElement) node.href = `/bookings/${encodeURIComponent(reference ?? '')}/`;
    if (node instanceof HTMLButtonElement) {
      node.type = 'button';
      node.addEventListener('click', () => {
        const usual = new Date(event.start.getTime() + USUAL_HOURS * 3_600_000);
        choose?.({ start: stamp(event.start), end: stamp(usual < event.end ? usual : event.end) });
      });
    }
    for (const [name, words] of [['time', timeText], ['name', String(event.title)]] as const) {
      const part = document.createElement('span');
      part.className = `week-line__${name}`;
      part.textContent = words;
      node.append(part);
    }
    return node;
  }

  const calendar = createCalendar(element, [TimeGrid, List, Interaction], {
    view: isNarrow() ? 'listWeek' : 'timeGridWeek',
    date: (chosen()[0]?.start as string | undefined)?.slice(0, 10) ?? first.slice(0, 10),
    timeZone: 'UTC',
    locale: document.documentElement.lang === 'it' ? 'it-IT' : 'en-GB',
    firstDay: 1,
    height: isNarrow() ? 'auto' : '38rem',
    allDaySlot: false,
    nowIndicator: false,
    editable: false,
    eventStartEditable: false,
    eventDurationEditable: false,
    highlightedDates: [now.slice(0, 10)],
    slotMinTime: DAY_START,
    slotMaxTime: DAY_END,
    flexibleSlotTimeLimits: { eventFilter: (event: Calendar.Event) => !event.classNames.some((name) => name === 'is-closed' || name === 'is-past') },
    slotDuration: '00:30:00',
    slotLabelInterval: '01:00:00',
    slotHeight: 20,
    slotLabelFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    dayHeaderFormat: { weekday: 'short', day: 'numeric' },
    titleFormat: { month: 'long', year: 'numeric' },
    snapDuration: { minutes: step },
    slotEventOverlap: false,
    selectable: element.dataset['selectable'] === 'yes',
    longPressDelay: 350,
    headerToolbar: { start: 'prev,next today', center: 'title', end: 'timeGridWeek,timeGridDay,listWeek' },
    buttonText: {
      today: text('Today'),
      timeGridWeek: text('Week'),
      timeGridDay: text('Day'),
      listWeek: text('List'),
      prev: text('Previous'),
      next: text('Next'),
    },
    views: {
      timeGridWeek: { buttonText: (labels: object) => ({ ...labels, prev: text('Previous'), next: text('Next') }) },
      timeGridDay: { buttonText: (labels: object) => ({ ...labels, prev: text('Previous'), next: text('Next') }) },
      listWeek: { buttonText: (labels: object) => ({ ...labels, prev: text('Previous'), next: text('Next') }) },
    },
    noEventsContent: text('None'),
    eventSources: [{ events: load }],
    // Free times are lines of the list; in the grid they are simply what is left white.
    eventFilter: ({ event, view }) => !event.classNames.includes('is-free') || view.type.startsWith('list'),
    eventContent: ({ event, timeText }) =>
      event.display === 'background' ? { domNodes: [] } : { domNodes: [line(event, timeText)] },
    select: ({ start, end }) => {
      calendar.unselect();
      choose?.({ start: stamp(start), end: stamp(end) });
    },
  });

  form?.addEventListener('chosen', () => {
    showChosen();
    follow();
  });
  form?.addEventListener('change', showChosen);

  const label = text('Label');
  plainRoles(element, label);
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ['role'] };
  new MutationObserver(() => plainRoles(element, label)).observe(element, watched);
}
