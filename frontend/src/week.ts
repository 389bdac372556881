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

/** The week of a resource: open hours, what is taken, what is yours; drag to choose where a form listens. */
export function week(element: HTMLElement, choose: Choose | null, form: HTMLFormElement | null): void {
  const text = (name: string): string => element.dataset[`text${name}`] ?? '';
  const now = element.dataset['now'] ?? '';
  const step = Number(element.dataset['step'] ?? '15');
  const code = encodeURIComponent(element.dataset['code'] ?? '');
  const isNarrow = (): boolean => element.clientWidth < NARROW;

  function shown(event: FeedEvent): CalendarEvent {
    const className = event.mine ? 'is-mine' : event.status === 'occupied' ? 'is-occupied' : 'is-known';
    const extendedProps = event.reference ? { reference: event.reference } : {};
    const classNames = event.status === 'requested' ? [className, 'is-requested'] : [className];
    return { id: event.id, start: wall(event.start), end: wall(event.end), title: event.title, classNames, extendedProps };
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
    const free = times.free.filter((span) => wall(span.end) > now);
    return [
      ...times.open.map((span) => background(span, 'is-open')),
      ...times.busy.map((span) => background(span, 'is-busy')),
      background({ start: `${fetchInfo.startStr.slice(0, 10)}T00:00:00`, end: now }, 'is-past'),
      ...free.map(freeLine),
      ...events.map(shown),
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

  const calendar = createCalendar(element, [TimeGrid, List, Interaction], {
    view: isNarrow() ? 'listWeek' : 'timeGridWeek',
    date: (chosen()[0]?.start as string | undefined)?.slice(0, 10) ?? now.slice(0, 10),
    timeZone: 'UTC',
    locale: document.documentElement.lang === 'it' ? 'it-IT' : 'en-GB',
    firstDay: 1,
    height: isNarrow() ? 'auto' : '33rem',
    allDaySlot: false,
    nowIndicator: false,
    editable: false,
    highlightedDates: [now.slice(0, 10)],
    slotMinTime: DAY_START,
    slotMaxTime: DAY_END,
    flexibleSlotTimeLimits: { eventFilter: (event: Calendar.Event) => event.classNames.includes('is-open') },
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
    eventClick: ({ event }) => {
      const reference = event.extendedProps['reference'] as string | undefined;
      if (reference) window.location.assign(`/bookings/${encodeURIComponent(reference)}/`);
      else if (choose && event.classNames.includes('is-free')) {
        const end = new Date(Math.min(event.end.getTime(), event.start.getTime() + 2 * 3_600_000));
        choose({ start: stamp(event.start), end: stamp(end) });
      }
    },
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
  showChosen();
}
