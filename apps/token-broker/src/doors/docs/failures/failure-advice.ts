/** What `docs/errors` says of a code, beside its status, title and owner. Plain text; `…` is code. */
export interface FailureAdvice {
  readonly meaning: string;
  readonly action: string;
}
