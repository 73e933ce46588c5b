import type { TokenBrokerOptions } from '../options.js';

/** The options once they were looked at. */
export interface Settings {
  /** Without a slash at its end. */
  readonly brokerUrl: string;
  readonly key: string;
  readonly fetch: typeof globalThis.fetch;
  /** 0: nothing is kept. */
  readonly cacheSeconds: number;
  readonly maxWaitSeconds: number;
  readonly timeoutSeconds: number;
}

const longestCacheSeconds = 30;
const longestSeconds = 3_600;

/** @throws TypeError, RangeError that say which option is wrong, and never its value */
export function readOptions(options: TokenBrokerOptions): Settings {
  return {
    brokerUrl: brokerUrlOf(options.url),
    key: keyOf(options.key),
    // Looked up at each call: whoever instruments the platform's may come later than we.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    cacheSeconds:
      options.cacheSeconds === undefined
        ? 0
        : within('cacheSeconds', options.cacheSeconds, longestCacheSeconds, { above: 0 }),
    maxWaitSeconds: within('maxWaitSeconds', options.maxWaitSeconds ?? 5, longestSeconds),
    timeoutSeconds: within('timeoutSeconds', options.timeoutSeconds ?? 15, longestSeconds, { above: 0 }),
  };
}

function brokerUrlOf(url: string | URL): string {
  const parsed = URL.parse(String(url));
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError('url must be an http or https address');
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new TypeError('url must have no credentials, query or fragment');
  }
  return parsed.href.replace(/\/+$/, '');
}

function keyOf(key: string): string {
  // Checked here, because the platform's own message about a bad header repeats its value.
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError('key must be a service key: visible ASCII characters, no spaces');
  }
  return key;
}

function within(name: string, seconds: number, most: number, { above }: { above?: number } = {}): number {
  const enough = above === undefined ? seconds >= 0 : seconds > above;
  if (typeof seconds === 'number' && enough && seconds <= most) return seconds;
  throw new RangeError(
    `${name} must be ${above === undefined ? 'at least 0' : 'more than 0'} and at most ${String(most)}`,
  );
}
