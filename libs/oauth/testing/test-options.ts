import type { ApiVersion } from '#kernel';
import { OauthOptions } from '../options.js';

class TestOptions extends OauthOptions {
  override readonly publicUrl = 'https://broker.example';
  override readonly redirectOrigins = ['https://app.example'];
  override readonly authPageOrigins = ['https://appauth.deskera.example', 'https://oauth.deskera.example'];
  override readonly sessionSeconds = 900;
  override readonly defaultApiVersion: ApiVersion = 'v1';
  override readonly apiUrl = 'https://api.deskera.example';
  override readonly trustsApiUrl = (apiUrl: string) => apiUrl === this.apiUrl;
  override readonly timeoutSeconds = 1;
}

export function testOptions(changes: Partial<OauthOptions> = {}): OauthOptions {
  return Object.assign(new TestOptions(), changes);
}
