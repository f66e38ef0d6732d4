/** The sidecar went before it answered: what was asked may have happened or not. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}
