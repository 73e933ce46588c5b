import type { Client, Clients } from '../state/clients.js';

/** The client that HTTP Basic credentials prove (RFC 7617); null where they prove none. */
export function authenticatedClient(authorization: string | undefined, clients: Clients): Client | null {
  const encoded = /^Basic +([\w+/=-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const client = clients.find(text.slice(0, colon));
  return client?.clientSecret === text.slice(colon + 1) ? client : null;
}
