import '@event-calendar/core/index.css';

import '../styles/week.scss';

import { chooser } from './chooser';
import { week } from './week';

const form = document.querySelector<HTMLFormElement>('form[data-wish]');
const choose = form ? chooser(form) : null;
for (const element of document.querySelectorAll<HTMLElement>('[data-week]')) week(element, choose, form);
