import '../styles/main.scss';

import { filters } from './filters';
import { menus, navigation } from './menus';
import { notices } from './notices';
import { once } from './once';
import { requests } from './requests';
import { scrollers } from './scrollers';
import { themeSwitch } from './theme-switch';

function each<T extends HTMLElement>(selector: string, behave: (element: T) => void): void {
  for (const element of document.querySelectorAll<T>(selector)) behave(element);
}

requests();
menus();
each('[data-theme-menu]', themeSwitch);
each('[data-nav-toggle]', navigation);
each('[data-notices]', notices);
each<HTMLFormElement>('form[data-filters]', filters);
each<HTMLFormElement>('form[data-once]', once);
each('.table-responsive', scrollers);
