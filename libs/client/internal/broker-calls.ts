import type { Surroundings } from '../clock.js';
import { TokenBrokerError } from '../errors.js';
import { pauseBeforeNext } from './patience.js';
import { readProblem } from './read-problem.js';
import type { Settings } from './settings.js';
import { sleep, until } from './waits.js';
import { unexpectedAnswer } from './answer-fields.js';

export interface BrokerCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Whether sending it twice does no more than sending it once. */
  readonly repeatable: boolean;
}

export interface BrokerAnswer {
  /** The JSON that came; undefined where the body is empty. */
  readonly body: unknown;
  /** Its `Date`; null where there is none. */
  readonly date: Date | null;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
}

/** Calls to the broker, with the key, a limit for each, and patience for what is passing. */
export class BrokerCalls {
  constructor(
    private readonly settings: Settings,
    private readonly surroundings: Surroundings,
  ) {}

  /** @throws TokenBrokerError; the signal's reason where it is aborted */
  async send(call: BrokerCall, signal: AbortSignal = new AbortController().signal): Promise<BrokerAnswer> {
    const { clock, random } = this.surroundings;
    const began = clock.monotonicMilliseconds();
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await this.#attempt(call, signal);
      if (!(outcome instanceof TokenBrokerError)) return outcome;
      const pause = pauseBeforeNext({
        error: outcome,
        attempts,
        elapsedMilliseconds: clock.monotonicMilliseconds() - began,
        maxWaitSeconds: this.settings.maxWaitSeconds,
        chance: random(),
      });
      if (!call.repeatable || pause === null) throw outcome;
      await sleep(clock, pause, signal);
    }
  }

  async #attempt(call: BrokerCall, signal: AbortSignal): Promise<BrokerAnswer | TokenBrokerError> {
    signal.throwIfAborted();
    const { clock } = this.surroundings;
    const limit = new AbortController();
    const cancel = clock.after(this.settings.timeoutSeconds * 1_000, () => {
      limit.abort(unreachable(`no answer within ${String(this.settings.timeoutSeconds)} s`));
    });
    try {
      const either = AbortSignal.any([signal, limit.signal]);
      // Waited for by the signal as well: a `fetch` that was handed to us may not heed it.
      return await until(this.#exchange(call, either), either);
    } catch (error) {
      signal.throwIfAborted();
      return error instanceof TokenBrokerError ? error : unreachable(nameOf(error));
    } finally {
      cancel();
    }
  }

  async #exchange({ method, path, body }: BrokerCall, signal: AbortSignal): Promise<BrokerAnswer> {
    const sentAt = this.surroundings.clock.monotonicMilliseconds();
    const response = await this.settings.fetch(`${this.settings.brokerUrl}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.settings.key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The key goes to the address that was configured, nowhere else.
      redirect: 'manual',
      signal,
    });
    const text = await readBody(response);
    if (!response.ok) throw readProblem(response.status, response.headers, text);
    return { body: parsed(text, response.status), date: dateOf(response.headers), sentAt };
  }
}

function parsed(text: string, status: number): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw unexpectedAnswer('it is no JSON', status);
  }
}

function dateOf(headers: Headers): Date | null {
  const date = new Date(headers.get('date') ?? '');
  return Number.isNaN(date.getTime()) ? null : date;
}

function unreachable(why: string): TokenBrokerError {
  return new TokenBrokerError('broker_unreachable', `The token broker cannot be reached: ${why}`);
}

/** Its code or name alone: what a foreign error holds beside that may repeat the request, and with it the key. */
function nameOf(error: unknown): string {
  const { name, code, cause } = membersOf(error);
  return [membersOf(cause).code, code, name].find(isWord) ?? 'the call failed';
}

/** Looked at by shape: errors of the platform may come from another realm than ours. */
function membersOf(error: unknown): {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
} {
  return typeof error === 'object' && error !== null ? error : {};
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(value);
}

/** The most an answer of the broker may hold: a tenant with some thousand connections. */
const mostBytes = 1_048_576;

/** The whole body, as long as it is no longer than a broker's. @throws TokenBrokerError `unexpected_answer` */
async function readBody(response: Response): Promise<string> {
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
