import type { FailureCode } from '#kernel';

/** How a command ends; scripts branch on these. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** Bad flags, values or settings: the same call fails again. */
  usage: 2,
  /** Done, but not all of it: what is left is told. */
  partly: 3,
  /** The database or Deskera can't be asked now: the same call may work in a moment (`EX_TEMPFAIL`). */
  unavailable: 75,
  /** Ended by Ctrl-C; what was done stays done. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const ofFailures: Partial<Record<FailureCode, ExitCode>> = {
  invalid_request: exitCodes.usage,
  invalid_tenant_id: exitCodes.usage,
  invalid_cursor: exitCodes.usage,
  deskera_unavailable: exitCodes.unavailable,
  deskera_client_refused: exitCodes.unavailable,
  broker_unavailable: exitCodes.unavailable,
};

export function exitCodeOf(code: FailureCode): ExitCode {
  return ofFailures[code] ?? exitCodes.failed;
}
