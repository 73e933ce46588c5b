/** In place of Jest's global set-up and teardown: the program that runs the specs has started the server. */
export default function leaveServerAlone() {
  // Nothing to do.
}
