import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { inRoot } from "../../scripts/places.mjs";

const END_MS_MAX = 20_000;

/** A script of ours, run with nothing else on the PATH. */
function alone(...args) {
  return spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { PATH: inRoot("docs"), HOME: inRoot("docs") },
    timeout: END_MS_MAX,
  });
}

describe("a command that cannot be started", () => {
  it("is a failure, and the script ends at once", () => {
    const progress = JSON.stringify(inRoot("scripts", "progress.mjs"));
    const script = `const { main, run } = await import(${progress}); await main(() => run(["no-such-program", "x"]));`;
    const { status, stdout } = alone("--input-type=module", "--eval", script);
    expect(stdout).toContain("Could not start no-such-program x");
    expect(status).toBe(1);
  });
});
