import { unexpectedAnswer } from './answer-fields.js';

/** The most an answer of the broker may hold: a tenant with some thousand connections. */
const mostBytes = 1_048_576;

/** The whole body, as long as it is no longer than a broker's. @throws TokenBrokerError `unexpected_answer` */
export async function readBody(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > mostBytes) throw unexpectedAnswer('it is too long', response.status);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
