// Bundles the web page and the extension host; with --vsix also packages the extension with its sidecar.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cache, dist, inRoot, isMain, nodeProgram, root, vsix, web } from "./places.mjs";
import { Failure, main, run, step } from "./progress.mjs";
import { prepare } from "./setup.mjs";

const page = {
  entryPoints: [
    { in: inRoot("extension", "ui", "src", "main.ts"), out: "chatbox" },
    { in: inRoot("extension", "ui", "src", "chatbox.css"), out: "chatbox" },
    // The page of a password room, which knows nothing of a workspace.
    { in: inRoot("extension", "ui", "src", "room", "main.ts"), out: "room" },
    { in: inRoot("extension", "ui", "src", "room", "page.css"), out: "room" },
  ],
  outdir: join(dist, "ui"),
  platform: "browser",
  format: "iife",
  target: "es2022",
  loader: { ".svg": "dataurl", ".woff2": "dataurl" },
};

const host = {
  entryPoints: [inRoot("extension", "host", "src", "extension.ts")],
  outfile: join(dist, "host.js"),
  platform: "node",
  format: "cjs",
  target: "node20",
  // VS Code provides it.
  external: ["vscode"],
  // Packages that offer both: their CommonJS form hides requires from the bundler.
  mainFields: ["module", "main"],
};

async function bundleOne({ build, formatMessages }, options) {
  const shared = { bundle: true, charset: "utf8", legalComments: "eof", logLevel: "silent", minify: true };
  try {
    await build({ absWorkingDir: root, ...shared, ...options });
  } catch (error) {
    const messages = await formatMessages(error.errors ?? [], { kind: "error" });
    throw new Failure(
      "The TypeScript sources do not bundle; see above.",
      messages.join("\n") || String(error),
    );
  }
}

/** Puts the built page where the Python package serves it from; its `__init__.py` stays. */
function publishPage() {
  mkdirSync(web, { recursive: true });
  for (const name of readdirSync(web).filter((name) => !name.endsWith(".py"))) {
    rmSync(join(web, name), { recursive: true });
  }
  cpSync(page.outdir, web, { recursive: true });
}

export async function bundle() {
  // Loaded late: set-up imports this file before the Node packages stand.
  const esbuild = await import("esbuild");
  rmSync(dist, { recursive: true, force: true });
  await Promise.all([bundleOne(esbuild, page), bundleOne(esbuild, host)]);
  // Its service process would otherwise live as long as ours, which may be a whole `npm start`.
  await esbuild.stop();
  publishPage();
}

const isSource = (path) => !["__pycache__", ".stamp"].includes(basename(path));

/** The folders of the npm packages of which something is in the bundles, or in those of the web page alone. */
export async function bundledFolders({ pageOnly = false } = {}) {
  const { build, stop } = await import("esbuild");
  const found = new Set();
  for (const options of pageOnly ? [page] : [page, host]) {
    const nowhere = { absWorkingDir: root, bundle: true, logLevel: "silent", metafile: true, write: false };
    const { metafile } = await build({ ...options, ...nowhere });
    for (const input of Object.keys(metafile.inputs)) {
      const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
      if (folder) found.add(folder);
    }
  }
  await stop();
  return [...found].sort();
}

/** The packages in them, as `name@version`. */
export async function bundledPackages() {
  const { packages } = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8"));
  const named = (folder) => `${folder.split("node_modules/").at(-1)}@${packages[folder].version}`;
  return [...new Set((await bundledFolders()).map(named))].sort();
}

/** What the package holds, gathered in a folder of its own, so that nothing else can slip in. */
function stage(runtime) {
  const folder = join(cache, "vsix");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "sidecar"), { recursive: true });
  const parts = [
    ["extension/dist", "dist"],
    ["extension/media", "media"],
    ["extension/README.md", "README.md"],
    ["LICENSE", "LICENSE"],
    ["sidecar/chatbox", "sidecar/chatbox"],
    ["requirements.lock", "sidecar/requirements.lock"],
    ["pyproject.toml", "sidecar/pyproject.toml"],
  ];
  for (const [from, to] of parts.filter(([from]) => existsSync(inRoot(from)))) {
    cpSync(inRoot(from), join(folder, to), { recursive: true, filter: isSource });
  }
  const manifest = JSON.parse(readFileSync(inRoot("extension", "package.json"), "utf8"));
  // Everything from npm is bundled, and the sources that `imports` points to stay behind.
  delete manifest.devDependencies;
  delete manifest.imports;
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  if (runtime !== undefined) bringRuntime(runtime, folder);
  return folder;
}

/** Python for Windows with its packages. Its path file replaces every other search: it names where our sidecar is here. */
function bringRuntime(runtime, folder) {
  const target = join(folder, "runtime");
  cpSync(runtime, target, { recursive: true, filter: isSource });
  for (const name of readdirSync(target).filter((name) => name.endsWith("._pth"))) {
    const file = join(target, name);
    const lines = readFileSync(file, "utf8").split(/\r?\n/);
    const here = lines.filter((line) => line !== "..\\app\\chatbox.zip");
    writeFileSync(file, here.map((line) => (line === "..\\app" ? "..\\sidecar" : line)).join("\r\n"));
  }
}

/** Packages the extension: for every platform, or for Windows with the `runtime` folder inside. */
export async function packageExtension({ out = vsix, runtime, env } = {}) {
  const vsce = [process.execPath, nodeProgram("@vscode/vsce", "vsce")];
  const options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", out];
  if (runtime !== undefined) options.push("--target", "win32-x64");
  await run([...vsce, "package", ...options], {
    cwd: stage(runtime),
    env,
    advice: "vsce could not package the extension; see above.",
  });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await prepare({ dev: false, bundles: false });
    await step("Web page and extension", bundle);
    if (process.argv.includes("--vsix")) await step("extension/chatbox.vsix", () => packageExtension());
  });
}
