/** Of both sides of the cold read. The pool is the broker's default. */
export const coldPoolSize = 12;
export const coldCallers = 24;
export const coldRoundMilliseconds = 3_000;

/** As good as none: the least that can be set. */
export const withoutCache = { CACHE_MAX_TOKENS: '1' };
