import { failureKinds, type FailureCode } from '#kernel';
import { markup, type Markup } from '../pages/index.js';
import { failureCodes } from './failures/errors-text.js';
import { adviceOn, owners } from './failures/failure-guide.js';
import { reference } from './reference-layout.js';
import { prose } from './prose.js';

/** `/docs/errors`: where the `type` of each problem leads. */
export function errorsPage(): string {
  return reference({
    title: 'Error codes',
    contents: failureCodes.map((code) => markup`<li><a href="#${code}">${code}</a></li>`),
    body: markup`
<p>Every error is an <abbr title="Problem Details for HTTP APIs">RFC 9457</abbr> problem. Branch on <code>code</code>: codes are never renamed or
reused. <a href="/docs">All operations</a></p>
${failureCodes.map(section)}`,
  });
}

function section(code: FailureCode): Markup {
  const { status, title, owner } = failureKinds[code];
  const { meaning, action } = adviceOn(code);
  return markup`
<section id="${code}">
<h2><a href="#${code}"><span class="badge s${String(status).charAt(0)}">${String(status)}</span> <code>${code}</code></a></h2>
<p><strong>${title}.</strong> ${prose(meaning)}</p>
<dl><dt>Who acts</dt><dd>${owners[owner]}</dd><dt>What to do</dt><dd>${prose(action)}</dd></dl>
</section>`;
}
