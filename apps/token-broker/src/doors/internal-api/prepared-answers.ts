import type { HotToken } from '#tokens';
import { deskeraTokenAnswer } from './deskera-token-answer.js';

/** An answer's text without its token, so that there is no secret in it, and none is kept twice. */
interface PreparedAnswer {
  readonly text: string;
  /** Where the token goes; null: it has characters that JSON escapes, and the answer is written anew each time. */
  readonly place: number | null;
  /** Of the whole body, in bytes. */
  readonly length: number;
}

export interface AnswerBody {
  readonly text: string;
  readonly length: number;
}

const emptyToken = '"deskeraToken":""';

/** What the one answer that carries a token looks like around it: written once for each token in memory, not for each read. */
export class PreparedAnswers {
  readonly #prepared = new WeakMap<HotToken, PreparedAnswer>();

  bodyFor(token: HotToken): AnswerBody {
    const { text, place, length } = this.#preparedFor(token);
    if (place === null) return bodyOnce(token);
    return { text: text.slice(0, place) + token.token.reveal() + text.slice(place), length };
  }

  #preparedFor(token: HotToken): PreparedAnswer {
    const known = this.#prepared.get(token);
    if (known !== undefined) return known;
    const prepared = prepare(token);
    this.#prepared.set(token, prepared);
    return prepared;
  }
}

/** For a token of which it is not known whether it is read again. */
export function bodyOnce(token: HotToken): AnswerBody {
  const text = JSON.stringify(deskeraTokenAnswer(token.whole()));
  return { text, length: Buffer.byteLength(text) };
}

function prepare(token: HotToken): PreparedAnswer {
  const answer = deskeraTokenAnswer(token.whole());
  const length = Buffer.byteLength(JSON.stringify(answer));
  if (JSON.stringify(answer.deskeraToken) !== `"${answer.deskeraToken}"`)
    return { text: '', place: null, length };
  const text = JSON.stringify({ ...answer, deskeraToken: '' });
  // A quote within another member is escaped: this is found as the member's name alone.
  return { text, place: text.indexOf(emptyToken) + emptyToken.length - 1, length };
}
