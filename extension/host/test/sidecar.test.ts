import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ResponseError } from "vscode-jsonrpc/node";
import { CallRefused } from "#protocol/connection";
import { fakeSidecar, settled } from "./fakeSidecar";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a request", () => {
  it("waits until the sidecar has started", async () => {
    const { sidecar, current } = fakeSidecar();
    const answer = sidecar.call("whoami", {});
    await sidecar.start();
    current().last("whoami").answer({ participant: "ada" });
    expect(await answer).toEqual({ participant: "ada" });
  });

  it("that got no answer is repeated to the next process under the same client key", async () => {
    const { sidecar, current, processes } = fakeSidecar();
    await sidecar.start();
    const answer = sidecar.call("chat", { channel: "#general", body: "hello" });
    const first = current().last("chat").params;
    await current().die("killed by SIGKILL");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(processes).toHaveLength(2);
    const second = current().last("chat");
    expect(second.params).toEqual(first);
    expect(second.params).toHaveProperty("client_key", expect.any(String));
    second.answer({ message_id: 42 });
    expect(await answer).toEqual({ message_id: 42 });
  });

  it("that was answered is not repeated", async () => {
    const { sidecar, current } = fakeSidecar();
    await sidecar.start();
    const answer = sidecar.call("agents", {});
    current().last("agents").answer({ agents: [], supervisors: [], cursor: 1 });
    await answer;
    await current().die("killed by SIGKILL");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(current().times("agents")).toBe(0);
  });

  it("is refused in the sidecar's words", async () => {
    const { sidecar, current } = fakeSidecar();
    await sidecar.start();
    const answer = sidecar.call("approve", { post_id: 7, digest: "old" });
    current()
      .last("approve")
      .refuse(new ResponseError(-32000, "It changed: look again.", { code: "DIGEST_MISMATCH" }));
    await expect(answer).rejects.toEqual(new CallRefused("DIGEST_MISMATCH", "It changed: look again."));
  });

  it("ends even when the sidecar says nothing", async () => {
    const { sidecar } = fakeSidecar();
    await sidecar.start();
    const answer = sidecar.call("whoami", {});
    const refused = expect(answer).rejects.toHaveProperty("code", "UNKNOWN_OUTCOME");
    await vi.advanceTimersByTimeAsync(90_000);
    await refused;
  });
});

describe("a sidecar that dies", () => {
  it("is started again, and what is said names the cause", async () => {
    const { sidecar, current, processes } = fakeSidecar();
    await sidecar.start();
    await current().die("killed by SIGKILL");
    expect(sidecar.health).toEqual({ kind: "restarting", because: "killed by SIGKILL", inMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(processes).toHaveLength(2);
    expect(sidecar.health.kind).toBe("running");
  });

  it("at once five times over is left alone until a person restarts it", async () => {
    const { sidecar, failures, processes } = fakeSidecar();
    failures.push(...Array.from({ length: 5 }, () => ({ kind: "failed", because: "exit code 1" }) as const));
    await sidecar.start();
    const waiting = sidecar.call("whoami", {});
    const refused = expect(waiting).rejects.toHaveProperty("code", "UNAVAILABLE");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sidecar.health).toEqual({ kind: "stopped", because: "exit code 1" });
    await refused;
    await expect(sidecar.call("whoami", {})).rejects.toHaveProperty("code", "UNAVAILABLE");
    expect(processes).toHaveLength(0);
    await sidecar.restart();
    expect(sidecar.health.kind).toBe("running");
  });

  it("does not disturb the one that a person started in the meantime", async () => {
    const { sidecar, processes } = fakeSidecar();
    await sidecar.start();
    const [first] = processes;
    await sidecar.restart();
    expect(first?.endedHow).toBe("insist");
    await first?.die("exit code 0");
    expect(sidecar.health.kind).toBe("running");
    expect(processes).toHaveLength(2);
  });
});

it("leaves the process to itself when the window goes", async () => {
  const { sidecar, current } = fakeSidecar();
  await sidecar.start();
  const answer = sidecar.call("whoami", {});
  const refused = expect(answer).rejects.toHaveProperty("code", "UNAVAILABLE");
  await sidecar.leave();
  await refused;
  expect(current().endedHow).toBe("forget");
  await current().die("exit code 0");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(current().times("whoami")).toBe(1);
});

it("starts nothing without a Python, and says so", async () => {
  const { sidecar, failures } = fakeSidecar();
  failures.push({ kind: "no-python", tried: [] });
  await sidecar.start();
  expect(sidecar.health.kind).toBe("no-python");
  await expect(sidecar.call("whoami", {})).rejects.toHaveProperty("code", "UNAVAILABLE");
});

it("believes what the sidecar says of itself, even before it was greeted", async () => {
  const { sidecar, current } = fakeSidecar();
  await sidecar.start();
  current().hear("chatbox/status", { state: "client", message: "", url: "http://127.0.0.1:1" });
  expect(sidecar.health).toEqual({ kind: "running", role: "client" });
  current().hear("chatbox/status", { state: "reconnecting", message: "The owner ended." });
  expect(sidecar.health).toEqual({ kind: "reconnecting", message: "The owner ended." });
  current().hear("chatbox/status", { state: "nonsense" });
  await settled();
  expect(sidecar.health.kind).toBe("reconnecting");
});
