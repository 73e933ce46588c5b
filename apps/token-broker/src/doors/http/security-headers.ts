import type { HttpOptions } from './options.js';

/**
 * What helmet and the hooks put on every answer beside its request id, names and values by turns, for an answer that is
 * written without them. `hot-read.spec.ts` holds both together.
 */
export function securityHeaders({ publicUrl }: HttpOptions): readonly string[] {
  return [
    ...[
      'Content-Security-Policy',
      "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
    ],
    ...['Cross-Origin-Opener-Policy', 'same-origin'],
    ...['Cross-Origin-Resource-Policy', 'same-origin'],
    ...['Origin-Agent-Cluster', '?1'],
    ...['Referrer-Policy', 'no-referrer'],
    ...(publicUrl.startsWith('https:') ? ['Strict-Transport-Security', 'max-age=31536000'] : []),
    ...['X-Content-Type-Options', 'nosniff'],
    ...['X-DNS-Prefetch-Control', 'off'],
    ...['X-Download-Options', 'noopen'],
    ...['X-Frame-Options', 'DENY'],
    ...['X-Permitted-Cross-Domain-Policies', 'none'],
    ...['X-XSS-Protection', '0'],
    ...['cache-control', 'no-store'],
  ];
}
