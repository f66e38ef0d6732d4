// The password in a link: taken once, and out of the address bar before anything can fail.

interface Address {
  readonly hash: string;
  readonly search: string;
  readonly pathname: string;
}

interface Past {
  replaceState(data: unknown, unused: string, url: string): void;
}

/** Behind the `#`, where our invitations have it, or in the query, where the original's had it. */
export function takePassword(address: Address, past: Past): string | undefined {
  const given =
    new URLSearchParams(address.hash.slice(1)).get("password") ??
    new URLSearchParams(address.search).get("password") ??
    undefined;
  if (given !== undefined) past.replaceState(null, "", address.pathname);
  return given;
}
