import { randomInt } from 'node:crypto';
import type { ApiVersion } from './api-version.js';

export interface CodeGrant {
  readonly clientId: string;
  readonly orgId: string;
  readonly apiVersion: ApiVersion;
}

interface IssuedCode extends CodeGrant {
  readonly expiresAt: number;
  readonly spent: boolean;
}

export type SpentCode =
  { readonly kind: 'granted'; readonly grant: CodeGrant } | { readonly kind: 'unknown' | 'spent' };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const codeLength = 7;
const mostCodes = 10_000;

/** Authorization codes: short, for one client and one use, and soon too old. */
export class Codes {
  private readonly byCode = new Map<string, IssuedCode>();

  issue(grant: CodeGrant, expiresAt: number): string {
    const code = this.unusedCode();
    this.byCode.set(code, { ...grant, expiresAt, spent: false });
    this.dropOldest();
    return code;
  }

  /** Who a code was meant for, spent or not; nothing is spent by looking. */
  find(code: string): CodeGrant | undefined {
    return this.byCode.get(code);
  }

  /** Spends a code; only its own client, at its own API version, in time, gets anything for it. */
  spend(code: string, by: Pick<CodeGrant, 'clientId' | 'apiVersion'>, now: number): SpentCode {
    const issued = this.byCode.get(code);
    if (issued?.clientId !== by.clientId || issued.apiVersion !== by.apiVersion) return { kind: 'unknown' };
    if (issued.spent) return { kind: 'spent' };
    if (issued.expiresAt <= now) return { kind: 'unknown' };
    this.byCode.set(code, { ...issued, spent: true });
    return { kind: 'granted', grant: issued };
  }

  private unusedCode(): string {
    const code = Array.from({ length: codeLength }, () => alphabet.charAt(randomInt(alphabet.length))).join(
      '',
    );
    return this.byCode.has(code) ? this.unusedCode() : code;
  }

  private dropOldest(): void {
    if (this.byCode.size <= mostCodes) return;
    const [oldest] = this.byCode.keys();
    if (oldest !== undefined) this.byCode.delete(oldest);
  }
}
