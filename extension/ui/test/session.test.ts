import { expect, test, vi } from "vitest";
import { redeemLink } from "../src/session";

const at = (hash: string): { hash: string; pathname: string; search: string } => ({
  hash,
  pathname: "/",
  search: "",
});

test("the code is sent once as JSON, and leaves the address bar before that", async () => {
  const order: string[] = [];
  const past = { replaceState: (_: unknown, __: string, url: string) => void order.push(`address ${url}`) };
  const send = vi.fn((url: string) => {
    order.push(`post ${url}`);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  await expect(redeemLink(at("#code=abc"), past, send)).resolves.toBeUndefined();
  expect(order).toEqual(["address /", "post /session"]);
  expect(send).toHaveBeenCalledWith(
    "/session",
    expect.objectContaining({ body: '{"code":"abc"}', method: "POST" }),
  );
});

test("without a code nothing is sent", async () => {
  const send = vi.fn();
  await expect(redeemLink(at("#general"), { replaceState: vi.fn() }, send)).resolves.toBeUndefined();
  expect(send).not.toHaveBeenCalled();
});

test("a refused code says why", async () => {
  const refused = JSON.stringify({ error: { code: "AUTH_ERROR", message: "This link was used before." } });
  const send = (): Promise<Response> => Promise.resolve(new Response(refused, { status: 401 }));
  await expect(redeemLink(at("#code=x"), { replaceState: vi.fn() }, send)).resolves.toBe(
    "This link was used before.",
  );
});

test("a server that does not answer is told apart from a spent link", async () => {
  const send = (): Promise<Response> => Promise.reject(new TypeError("no network"));
  await expect(redeemLink(at("#code=x"), { replaceState: vi.fn() }, send)).resolves.toContain(
    "did not answer",
  );
});
