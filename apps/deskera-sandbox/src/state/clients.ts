/** An app registered with Deskera. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Receives the authorization code. One for each client; a request can't name another. */
  readonly callbackUri: string;
}

/** The client that exists without anybody registering one. Its secret protects nothing but made-up data. */
export const defaultClient = {
  clientId: 'cl_pub_sandbox',
  clientSecret: 'cl_priv_sandbox_5f0c1f6a8d7e4b3c9a2d1e0f',
} as const;

const mostClients = 10_000;

export class Clients {
  private readonly byId = new Map<string, Client>();

  constructor(clients: Iterable<Client>) {
    for (const client of clients) this.byId.set(client.clientId, client);
  }

  find(clientId: string): Client | undefined {
    return this.byId.get(clientId);
  }

  /** Registers a client or replaces the one of that id, its secret included. False where there are too many. */
  register(client: Client): boolean {
    if (this.byId.size >= mostClients && !this.byId.has(client.clientId)) return false;
    this.byId.set(client.clientId, client);
    return true;
  }

  all(): Client[] {
    return [...this.byId.values()];
  }
}
