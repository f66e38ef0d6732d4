// Password rooms in words.
import type { OpenRoomParams, PasswordRoomView } from "#protocol/types.gen";

export type Tunnel = NonNullable<OpenRoomParams["tunnel"]>;

export const REACH_WORDS: Readonly<Record<PasswordRoomView["reach"], string>> = {
  machine: "this machine only",
  network: "this network",
  internet: "the internet",
};

/** Who can come, and by what. */
export const WAYS_IN: readonly (readonly [tunnel: Tunnel | undefined, words: string])[] = [
  [undefined, "This machine only"],
  ["cloudflared", "The internet, through cloudflared (fetched once if it is missing)"],
  ["ngrok", "The internet, through ngrok (with your account)"],
];

export function aboutRoom({ messages, waiting, tunnel, tunnel_lost }: PasswordRoomView): string {
  const said = messages === 1 ? "1 message" : `${messages} messages`;
  const here = waiting === 0 ? "nobody listens" : waiting === 1 ? "1 listens" : `${waiting} listen`;
  const lost = tunnel_lost ? `; ${tunnel ?? "the tunnel"} has ended, so nobody outside gets in` : "";
  return `${said}, ${here}${lost}`;
}

export const WEAK_WORDS = "Somebody outside might guess this password. Take a longer one.";
