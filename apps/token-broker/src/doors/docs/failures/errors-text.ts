import { failureKinds, type FailureCode } from '#kernel';
import { adviceOn, owners } from './failure-guide.js';

const opening = `# Error codes

Every error is an RFC 9457 problem (\`application/problem+json\`); its \`type\` leads to its section here, which the broker also serves at
\`/docs/errors\`. Branch on \`code\`: codes are never renamed or reused. This page is written by \`npm run errors\` from the texts
beside the code (\`apps/token-broker/src/doors/docs/failures\`).
`;

export const failureCodes = (Object.keys(failureKinds) as FailureCode[]).toSorted(
  (one, other) => failureKinds[one].status - failureKinds[other].status,
);

/** `docs/errors.md` as it is committed. */
export function errorsText(): string {
  return opening + failureCodes.map(section).join('');
}

function section(code: FailureCode): string {
  const { status, title, owner } = failureKinds[code];
  const { meaning, action } = adviceOn(code);
  return `
## ${code}

**${String(status)} ${title}.** ${meaning}

- Who acts: ${owners[owner]}.
- What to do: ${action}
`;
}
