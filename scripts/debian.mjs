// Debian packages that the tests and benches need beyond Python and Node. Installed when root on Debian, named otherwise.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { Failure, run } from "./progress.mjs";

export const forTests = ["chromium", "fonts-dejavu-core", "g++", "make", "strace"];
export const forBench = ["redis-server"];

const lockWaitSeconds = 300;

function isInstalled(debianPackage) {
  const { stdout } = spawnSync("dpkg-query", ["-W", "-f", "${Status}", debianPackage], { encoding: "utf8" });
  return stdout === "install ok installed";
}

/** Installs what is missing of `packages`; where it may not, fails with the command that would. */
export async function ensurePackages(packages) {
  const isDebian = existsSync("/etc/debian_version");
  const missing = isDebian ? packages.filter((name) => !isInstalled(name)) : packages;
  if (missing.length === 0) return;
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...missing];
  if (!isDebian) throw new Failure(`The whole test run needs Debian or Ubuntu, with: ${install.join(" ")}`);
  if (process.getuid() !== 0) throw new Failure(`Missing Debian packages. Run: sudo ${install.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt-get may be at work; it is worth waiting for.
  const patiently = ["apt-get", "-o", `DPkg::Lock::Timeout=${lockWaitSeconds}`, "--quiet"];
  await run([...patiently, "update"], { env });
  await run([...patiently, ...install.slice(1)], {
    env,
    advice: `apt-get could not install: ${missing.join(" ")}`,
  });
}
