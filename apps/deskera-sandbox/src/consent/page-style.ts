import { createHash } from 'node:crypto';

/** The pages' only style; nothing is fetched from anywhere. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #17202a; --soft: #55606e; --paper: #fff; --ground: #eef2f5; --line: #c9d1da;
  --brand: #0b6b5d; --on-brand: #fff; --brand-wash: #e6f3f0; --bad: #a3271b; --note: #fff6dc; --note-ink: #5c4400; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9edf1; --soft: #a8b3bf; --paper: #1a2027; --ground: #10141a;
  --line: #3d4854; --brand: #5cc7b5; --on-brand: #06231e; --brand-wash: #16302c; --bad: #ff9c90; --note: #33290c;
  --note-ink: #f3dd9b; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 32rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px;
  overflow: hidden; overflow-wrap: anywhere; }
.sandbox { margin: 0; padding: .6rem 2rem; background: var(--note); color: var(--note-ink); font-size: .9rem; }
.content { padding: 1.75rem 2rem 2rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
.bad h1 { color: var(--bad); }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); font-size: .92rem; }
fieldset { margin: 0 0 1.5rem; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .6rem; font-weight: 600; }
label { display: flex; gap: .8rem; align-items: flex-start; padding: .7rem .9rem; margin-bottom: .5rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: 9px; }
label:has(:checked) { border-color: var(--brand); background: var(--brand-wash); }
label span { display: block; }
label .soft { font-size: .85rem; }
input { margin: .25rem 0 0; width: 1.1rem; height: 1.1rem; accent-color: var(--brand); }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; }
button { flex: 1 1 8rem; padding: .8rem 1.2rem; border: 1px solid var(--brand); border-radius: 9px; font: inherit;
  font-weight: 600; cursor: pointer; background: transparent; color: var(--brand); }
button.main { background: var(--brand); color: var(--on-brand); }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
`;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** No `form-action`: browsers apply it to the redirect after a form too, and that goes to the app. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
