// `npm run release`: everything that a version is handed out as, in release/<version>. Publishes nothing.
//   npm run release              needs a clean checkout and a dated section of the changelog
//   npm run release -- --trial   without these two, to see whether it would work
// Builds twice and compares: what differs between two builds is no release.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeBills } from "./bill.mjs";
import { bundle, packageExtension } from "./build.mjs";
import { cache, inRoot, isMain, npmCommand, venvProgram } from "./places.mjs";
import { Failure, main, run, say, step } from "./progress.mjs";
import { prepare } from "./setup.mjs";
import { tryWheel } from "./trying.mjs";
import { section, version } from "./version.mjs";

const windowsStage = join(cache, "installer", "stage", "runtime");
const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

async function requireClean() {
  const changed = await run(["git", "status", "--porcelain"]);
  if (changed.trim()) {
    throw new Failure(
      "A release is made of what is committed: commit or stash, or try with --trial.",
      changed,
    );
  }
}

/** The time of the last commit, for every file in every package. */
async function environment() {
  const seconds = (await run(["git", "log", "-1", "--format=%ct"])).trim();
  return { ...process.env, SOURCE_DATE_EPOCH: seconds, PYTHONDONTWRITEBYTECODE: "1" };
}

/** Whether this machine can run the Windows programs that make Setup.exe. */
const makesSetup = () =>
  process.platform === "win32" || existsSync(process.env.CHATBOX_WINE_ROOT ?? join(cache, "wine-root"));

/** Setup.exe; what it was made of stays in `.cache/installer/stage`. */
async function writeSetup(folder, env) {
  await run([...npmCommand(), "run", "installer", "--", "build"], { env });
  const name = `chatbox-${version()}-x64-setup.exe`;
  cpSync(join(cache, "installer", "out", name), join(folder, name));
}

/** One build of everything that is ours. */
async function build(folder, env) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundle();
  const hatchling = [venvProgram("python"), "-m", "hatchling", "build", "--directory", folder];
  await run([...hatchling, "--target", "sdist", "--target", "wheel"], { env });
  await packageExtension({ out: join(folder, `chatbox-${version()}.vsix`), env });
  if (makesSetup()) {
    // Unsigned, because a signature may carry the time at which it was made.
    await writeSetup(folder, { ...env, CHATBOX_SIGN: "" });
    const out = join(folder, `chatbox-${version()}-win32-x64.vsix`);
    await packageExtension({ out, runtime: windowsStage, env });
  }
}

/** Fails with the names of the files that are not the same in both folders. */
export function compare(one, other) {
  const names = [...new Set([...readdirSync(one), ...readdirSync(other)])].sort();
  const isSame = (name) =>
    [one, other].every((folder) => existsSync(join(folder, name))) &&
    sha256(join(one, name)) === sha256(join(other, name));
  const different = names.filter((name) => !isSame(name));
  if (different.length > 0) throw new Failure(`Two builds differ in: ${different.join(", ")}.`);
}

/** The pinned versions of what the wheel needs, with hashes, without what only builds it. */
async function writeRequirements(folder) {
  const compile = [venvProgram("uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"];
  const plain = [
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
  ];
  const output = ["--constraint", "requirements.lock", "--output-file", join(folder, "requirements.txt")];
  await run([...compile, "pyproject.toml", ...plain, ...output]);
}

function writeChecksums(folder) {
  const lines = readdirSync(folder)
    .sort()
    .map((name) => `${sha256(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
}

async function release({ isTrial }) {
  const { notes } = section(readFileSync(inRoot("CHANGELOG.md"), "utf8"), version(), isTrial);
  if (!isTrial) await requireClean();
  const env = await environment();
  const [first, second] = ["one", "two"].map((name) => join(cache, "release", name));
  await step("First build", () => build(first, env));
  await step("Second build", () => build(second, env));
  await step("Both are the same", () => compare(first, second));
  const folder = inRoot("release", version());
  rmSync(folder, { recursive: true, force: true });
  cpSync(first, folder, { recursive: true });
  await writeRequirements(folder);
  const python = await step("The wheel runs from an environment of its own", () => tryWheel(folder));
  await step("Bills of materials and licences", () => writeBills(python, folder));
  cpSync(inRoot("installer", "container", "Containerfile"), join(folder, "Containerfile"));
  if (!makesSetup()) say("  no Setup.exe: that needs Windows, or Wine as `npm run installer` sets it up");
  else if (env.CHATBOX_SIGN) await step("Setup.exe, signed", () => writeSetup(folder, env));
  writeFileSync(join(folder, "NOTES.md"), `# ChatBox ${version()}\n\n${notes}\n`);
  writeChecksums(folder);
  say(`\n${readFileSync(join(folder, "SHA256SUMS"), "utf8")}\nIn ${folder}. Nothing was published.`);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await prepare({ dev: true, bundles: false });
    await release({ isTrial: process.argv.includes("--trial") });
  });
}
