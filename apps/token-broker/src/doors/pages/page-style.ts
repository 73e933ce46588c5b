import { createHash } from 'node:crypto';

/** The colours of all pages, by day and by night. */
export const pageColours = `:root { color-scheme: light dark; --ink: #1c2330; --soft: #566073; --paper: #fff; --ground: #eef1f6; --line: #d9dee8;
  --accent: #2453c7; --on-accent: #fff; --good: #17784a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a7b0c2; --paper: #1b212c; --ground: #11151c;
  --line: #323b4b; --accent: #8fb0ff; --on-accent: #0e1626; --good: #63d29b; --bad: #ff9a92; } }`;

/**
 * The pages' only style, inline: nothing is fetched from anywhere. Without `& < > " '`, which a page would escape and
 * the hash below would then not fit.
 */
export const pageStyle = `
${pageColours}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, Segoe UI, Roboto, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2.25rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 14px; overflow-wrap: anywhere; }
.mark { display: grid; place-items: center; width: 3rem; height: 3rem; margin-bottom: 1.25rem; border-radius: 50%;
  border: 2px solid currentColor; color: var(--accent); font-size: 1.4rem; line-height: 1; }
.good .mark { color: var(--good); }
.bad .mark { color: var(--bad); }
h1 { margin: 0 0 .6rem; font-size: 1.45rem; line-height: 1.25; }
p { margin: 0 0 .9rem; color: var(--soft); }
p:last-child { margin-bottom: 0; }
strong { color: var(--ink); }
.button { display: inline-block; margin: .5rem 0 1rem; padding: .7rem 1.4rem; border-radius: 9px; background: var(--accent);
  color: var(--on-accent); font-weight: 600; text-decoration: none; }
.button:hover { filter: brightness(1.1); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.code { font-size: .85rem; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
`;

/** These pages need no script, no image, no frame and send no form: nothing but their one inline style is allowed. */
export function policyFor(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const pagePolicy = policyFor(pageStyle);
