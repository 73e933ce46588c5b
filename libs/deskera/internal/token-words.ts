/** Text beyond this length is not read: an error's own words come first. */
const longestText = 500;

/** What the two sides of a sentence may be apart. They keep each pattern to one clause. */
const fillers =
  'the|a|an|this|that|your|any|or|and|provided|supplied|given|presented|sent|deskera|jwt|bearer|auth|oauth2?|authentication|authori[sz]ation|refresh|iam';
const linkWords =
  'is|was|are|were|has|have|had|been|be|being|does|do|did|could|can|it|you|either|already|now|probably|the|in|this|request|body|provided|supplied|given|sent|family|signature|string|value|error|exception';
const faults =
  'invalid(?:ated)?|expired|revoked|unknown|malformed|(?:black|block|deny) ?listed|bad|dead|stale|inactive|unrecogni[sz]ed|(?:re)?used|reuse|replayed|consumed|spent|incorrect|wrong|rejected|deleted|corrupt(?:ed)?|cancell?ed|terminated|withdrawn|superseded|outdated|tampered|disabled|blocked|rotated|exchanged|redeemed|lapsed|mismatch(?:ed)?';
const negations = 'not|cannot|can t|couldn t|doesn t|don t|didn t|isn t|wasn t|hasn t';
const lacks =
  'found|valid|exists?|recogni[sz]ed|known|active|match(?:ed)?|accept(?:ed|able)|usable|be found|been found';
const notFit = `(?:(?:${negations}) (?:be |been |a )?(?:${lacks})|no longer (?:valid|active|exists?|usable|accepted|known))`;

/** What a refresh sends, or an exchange. `token` alone is what Deskera calls it too. */
const subject = '(?:refresh ?tokens?|tokens?|jwt|grant)';
/** Tokens of other kinds, and codes that are no authorization codes. */
const otherKind = '(?<!\\b(?:access|csrf|xsrf|id|client|device|api|verification|reset|user) )';
/** `invalid token type` is about the type. */
const otherNoun =
  '(?! (?:types?|endpoint|url|uri|requests?|service|server|parameters?|params?|field|header|client|user|tenant)\\b)';

const patterns: readonly RegExp[] = [
  `\\b(?:${faults}|not found) ?(?:(?:${fillers}) ?){0,6}${subject}${otherNoun}(?:\\b| ?exception| ?error)`,
  `\\b${otherKind}${subject} ?(?:(?:${linkWords}|[a-z]*\\d[a-z\\d]*) ){0,9}(?:(?:${faults})\\b|${notFit})`,
  `\\b(?:no (?:such|matching|valid)|(?:cannot|could not|couldn t|unable to|failed to) (?:find|locate)) (?:(?:${fillers}) ){0,6}${subject}\\b${otherNoun}`,
  `\\bno refresh ?tokens? (?:was |were |could be )?found\\b`,
  `\\b${otherKind}refresh ?token (?:lifetime exceeded|(?:has )?failed validation|validation failed)\\b`,
  `^(?:error )?(?:invalid refresh|refresh (?:expired|revoked|invalid))$`,
  `^(?:your |the |user )?(?:authori[sz]ation|consent|grant) (?:was |is |has been )?(?:revoked|withdrawn)\\b`,
  `\\b(?:${faults}) (?:authori[sz]ation|auth|oauth2?|grant) code\\b`,
  `\\b(?:authori[sz]ation|auth|oauth2?|the|this|that|your) code (?:(?:${linkWords}) ){0,6}(?:(?:${faults})\\b|${notFit})`,
].map((source) => new RegExp(source));

/**
 * Trouble that passes, tokens that are none of ours, a client that may not use them, and a parser that did not expect one: what
 * else stands there is no word on the refresh token.
 */
const aboutOtherThings =
  /\b(?:access ?token|too many|rate limit|throttl\w*|quota|temporar\w*|try again|unavailable|time ?d? ?out|maintenance|was expecting|json parse|for this client)\b/;

/**
 * Whether text of an error answer says that the token or code that was sent is bad, in whatever casing and with
 * whatever separators. Text about a missing parameter, a client, a user or another kind of token does not.
 */
export function callsTokenBad(text: string): boolean {
  const clauses = clausesOf(text);
  if (clauses.some((clause) => aboutOtherThings.test(clause))) return false;
  return clauses.some((clause) => patterns.some((pattern) => pattern.test(clause)));
}

/** Small words with single blanks, a clause each. `RefreshTokenExpired` and `refresh_token.expired` read the same. */
export function clausesOf(text: string): readonly string[] {
  return text
    .slice(0, longestText)
    .replaceAll(/\beyJ[\w.-]*/g, ' ')
    .split(/[;,!?()…]|\.\s|\.$/)
    .map((clause) =>
      clause
        .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
        .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
        .toLowerCase()
        .replaceAll(/[^a-z\d]+/g, ' ')
        .trim(),
    )
    .filter((clause) => clause !== '');
}
