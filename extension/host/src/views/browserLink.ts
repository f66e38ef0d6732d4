// Whether the room's page can be opened in a browser from here.

/** The names under which the page's server answers; it refuses all others. */
const OWN_NAMES: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Whether `external`, which is what VS Code makes of `link` for the person's browser, still leads to the server by one of
 * its own names. In a desktop window it does, over SSH and in containers too; through the proxy of an editor that itself
 * runs in a browser it does not.
 */
export function leadsThere(link: string, external: string): boolean {
  const [wanted, got] = [new URL(link), new URL(external)];
  return OWN_NAMES.includes(got.hostname) && got.port === wanted.port && got.pathname === wanted.pathname;
}
