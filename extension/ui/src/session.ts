// A link that works once: its code stands behind the #, is sent once, becomes a cookie, and leaves the address bar.
interface Address {
  readonly hash: string;
  readonly pathname: string;
  readonly search: string;
}

interface Past {
  replaceState(data: unknown, unused: string, url: string): void;
}

/** Resolves with why the code was refused, if there was one and it was. */
export async function redeemLink(
  address: Address,
  past: Past,
  send: (url: string, init: RequestInit) => Promise<Response>,
): Promise<string | undefined> {
  const code = new URLSearchParams(address.hash.slice(1)).get("code");
  if (code === null) return undefined;
  // Before anything can fail: a code must not stay where a screenshot or the history shows it.
  past.replaceState(null, "", address.pathname + address.search);
  try {
    const answer = await send("/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
    });
    return answer.ok ? undefined : refusalIn(await answer.json());
  } catch {
    return "The link could not be used: ChatBox did not answer. Get a new one with `chatbox link`.";
  }
}

function refusalIn(body: unknown): string {
  const spent = "This link was used before or is too old. Get a new one with `chatbox link`.";
  if (typeof body !== "object" || body === null || !("error" in body)) return spent;
  const { error } = body;
  if (typeof error !== "object" || error === null || !("message" in error)) return spent;
  return typeof error.message === "string" ? error.message : spent;
}
