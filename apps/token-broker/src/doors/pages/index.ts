export { htmlDocument } from './html-document.js';
export { markup, type Markup } from './markup.js';
export type { Page } from './page.js';
export { pageColours, policyFor } from './page-style.js';
export { sendOn, sendPage } from './send-page.js';
