import pg from 'pg';
import type { LoginFailure } from './login-failure.js';
import { trackedSettings, type SessionSettings } from './session-settings.js';

export interface LoginReport {
  /** Called once for each login that failed, with what is to be told of it. */
  failed(setting: string, failure: LoginFailure): void;
  succeeded(setting: string): void;
}

export const usualLimitMilliseconds = 3_000;

/** Told by the server, or by a pooler in front of it, where it does not know one of our settings. */
const settingUnknown = /startup parameter|configuration parameter|parameter .*not supported/i;

/** How one kind of connection is opened: where to, and with which settings. Shared by all connections of the kind. */
export class Login {
  #searchPath: string | null = null;
  #reduced = false;

  /**
   * @param setting name of the setting that `url` comes from
   * @param url asked for at each login, so that a rotated password is used without a restart
   * @param limitMilliseconds longest duration of a login
   */
  constructor(
    readonly setting: string,
    readonly url: () => string,
    private readonly settings: SessionSettings,
    private readonly report: LoginReport | null = null,
    readonly limitMilliseconds = usualLimitMilliseconds,
  ) {}

  /** True where a pooler took only the settings that it tracks. */
  get isReduced(): boolean {
    return this.#reduced;
  }

  /** From the next login on, names are looked up in this schema. */
  lookIn(schema: string): void {
    this.#searchPath = pg.escapeIdentifier(schema);
  }

  startupSettings(): SessionSettings {
    if (this.#reduced) return trackedSettings;
    return this.#searchPath === null ? this.settings : { ...this.settings, search_path: this.#searchPath };
  }

  succeeded(): void {
    this.report?.succeeded(this.setting);
  }

  failed(failure: LoginFailure): void {
    // The next login tries it the other way: a pooler refuses what it does not track, and another server may not.
    if (this.#isAboutSettings(failure)) this.#reduced = !this.#reduced;
    else this.report?.failed(this.setting, failure);
  }

  #isAboutSettings({ cause }: LoginFailure): boolean {
    return cause instanceof pg.DatabaseError && settingUnknown.test(cause.message);
  }
}
