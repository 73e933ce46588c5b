export { markup } from './markup.js';
export type { Page } from './page.js';
export { sendOn, sendPage } from './send-page.js';
