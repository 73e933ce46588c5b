import { markup, type Markup } from '../pages/index.js';
import { reference } from './reference-layout.js';
import { prose } from './prose.js';
import { failureKinds, type FailureCode } from '#kernel';
import { adviceOn, owners } from './failures/failure-guide.js';

/** `/docs/errors`: where the `type` of each problem leads. */
export function errorsPage(): string {
  return reference({
    title: 'Error codes',
    contents: failureCodes.map((code) => markup`<li><a href="#${code}">${code}</a></li>`),
    body: markup`
<p>Every error is an <abbr title="Problem Details for HTTP APIs">RFC 9457</abbr> problem. Branch on <code>code</code>: codes are never renamed or
reused. <a href="/docs">All operations</a></p>
${failureCodes.map(markupOf)}`,
  });
}

function markupOf(code: FailureCode): Markup {
  const { status, title, owner } = failureKinds[code];
  const { meaning, action } = adviceOn(code);
  return markup`
<section id="${code}">
<h2><a href="#${code}"><span class="badge s${String(status).charAt(0)}">${String(status)}</span> <code>${code}</code></a></h2>
<p><strong>${title}.</strong> ${prose(meaning)}</p>
<dl><dt>Who acts</dt><dd>${owners[owner]}</dd><dt>What to do</dt><dd>${prose(action)}</dd></dl>
</section>`;
}

const opening = `# Error codes

Every error is an RFC 9457 problem (\`application/problem+json\`); its \`type\` leads to its section here, which the broker also serves at
\`/docs/errors\`. Branch on \`code\`: codes are never renamed or reused. This page is written by \`npm run errors\` from the texts
beside the code (\`apps/token-broker/src/doors/docs/failures\`).
`;

const failureCodes = (Object.keys(failureKinds) as FailureCode[]).toSorted(
  (one, other) => failureKinds[one].status - failureKinds[other].status,
);

/** `docs/errors.md` as it is committed. */
export function errorsText(): string {
  return opening + failureCodes.map(textOf).join('');
}

function textOf(code: FailureCode): string {
  const { status, title, owner } = failureKinds[code];
  const { meaning, action } = adviceOn(code);
  return `
## ${code}

**${String(status)} ${title}.** ${meaning}

- Who acts: ${owners[owner]}.
- What to do: ${action}
`;
}
