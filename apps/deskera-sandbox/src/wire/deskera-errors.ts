import { STATUS_CODES } from 'node:http';
import { jsonAnswer, type Answer, type Handled } from './answer.js';

/** Spring's envelope, as `/oauth/token` uses it. Its description may echo a code or a token: Deskera's does. */
function oauthError(status: number, error: string, description: string): Answer {
  const challenge = status === 401 ? { 'www-authenticate': `Bearer realm="deskera", error="${error}"` } : {};
  return jsonAnswer(status, { error, error_description: description }, challenge);
}

/** The envelope of Deskera's own services. */
export function serviceError(status: number, message: string): Answer {
  const httpStatus = (STATUS_CODES[status] ?? 'Unknown').toUpperCase().replaceAll(/[^A-Z]+/g, '_');
  return jsonAnswer(status, {
    code: String(status),
    errorMessage: message,
    debugMessage: message,
    httpStatus,
  });
}

export function badRequest(description: string, error = 'invalid_request'): Handled {
  return { outcome: 'bad_request', answer: oauthError(400, error, description) };
}

/** V1 and V2 word it differently. */
export function clientRefused(apiVersion: 'v1' | 'v2'): Handled {
  const [error, description] =
    apiVersion === 'v1' ? ['unauthorized', 'Bad credentials'] : ['invalid_client', 'Bad client credentials'];
  const challenge = { 'www-authenticate': 'Basic realm="oauth2/client"' };
  const answer = jsonAnswer(401, { error, error_description: description }, challenge);
  return { outcome: 'client_refused', answer };
}

export function codeRefused(code: string): Handled {
  return {
    outcome: 'refused',
    answer: oauthError(400, 'invalid_grant', `Invalid authorization code: ${code}`),
  };
}

export function refreshTokenRefused(token: string, status = 400): Handled {
  return {
    outcome: 'refused',
    answer: oauthError(status, 'invalid_grant', `Invalid refresh token: ${token}`),
  };
}

export function refreshTokenExpired(token: string): Handled {
  const description = `Invalid refresh token (expired): ${token}`;
  return { outcome: 'refused', answer: oauthError(401, 'invalid_token', description) };
}
