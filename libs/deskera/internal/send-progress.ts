/** How far one request got. */
export class SendProgress {
  /** Bytes of it may have left: from here on Deskera may have acted. */
  sent = false;
  /** It was its turn, and it was not to be sent any more. */
  vetoed = false;
  /** It was written to a socket that served another request before, and that the other side may have closed by then. */
  onKeptSocket = false;
  #socket: { readonly bytesRead: number } | null = null;

  constructor(private readonly mayStillSend: () => boolean) {}

  /** Called in the tick in which the request is written to a connected socket, just before. */
  pass(socket: { readonly bytesRead: number }, onKeptSocket = false): boolean {
    this.#socket = socket;
    this.onKeptSocket = onKeptSocket;
    this.sent = this.mayStillSend();
    this.vetoed = !this.sent;
    return this.sent;
  }

  /** What came in on its socket so far; only changes mean anything. */
  bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }
}
