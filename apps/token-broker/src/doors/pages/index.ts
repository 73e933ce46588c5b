export { markup, type Markup } from './markup.js';
export type { Page, PageTone } from './page.js';
export { sendOn, sendPage } from './send-page.js';
