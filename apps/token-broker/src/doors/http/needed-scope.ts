/** Under which a route says what its callers need. */
export const neededScope = Symbol('neededScope');
