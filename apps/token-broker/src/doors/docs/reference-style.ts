import { pageColours, policyFor } from '../pages/index.js';

/** Inline, and without `& < > " '`, as the pages’ own. */
export const referenceStyle = `${pageColours}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, Segoe UI, Roboto, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line);
  font-size: .85rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { padding: .15rem 0; overflow-wrap: anywhere; }
nav li.tag { margin-top: 1rem; font-weight: 700; }
main { padding: 2rem; max-width: 68rem; min-width: 0; overflow-wrap: anywhere; }
section { margin: 0 0 1.25rem; padding: 1.25rem 1.5rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 12px; }
section:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 0 0 .6rem; }
h2 a { color: inherit; text-decoration: none; }
h2.group { margin: 2.5rem 0 .25rem; font-size: 1.35rem; }
h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
p { margin: 0 0 .8rem; color: var(--soft); }
strong { color: var(--ink); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0; color: var(--soft); }
dt { color: var(--ink); font-weight: 600; }
dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line); }
td { color: var(--soft); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em; }
pre { overflow: auto; padding: .9rem 1rem; border-radius: 9px; background: var(--ground); border: 1px solid var(--line); }
summary { cursor: pointer; color: var(--accent); font-size: .9rem; padding: .25rem 0; }
.badge { display: inline-block; min-width: 3.2rem; padding: .1rem .45rem; border-radius: 6px; border: 1px solid currentColor;
  font-size: .78rem; font-weight: 700; text-align: center; color: var(--accent); }
.badge.s2, .badge.get { color: var(--good); }
.badge.s4, .badge.s5, .badge.delete { color: var(--bad); }
@media (max-width: 52rem) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 1rem; } }
`;

/** Nothing but the one style. */
export const referencePolicy = policyFor(referenceStyle);
