// The wheel as a stranger gets it: in an environment of its own, with the pinned packages and nothing of the checkout.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cache, venvProgram } from "./places.mjs";
import { Failure, run } from "./progress.mjs";
import { version } from "./version.mjs";

const startSecondsMax = 60;
const programs = process.platform === "win32" ? "Scripts" : "bin";

/** Installs the wheel of `folder` with its requirements.txt and uses it; gives the Python of its environment. */
export async function tryWheel(folder) {
  const home = join(cache, "release", "home");
  const venv = join(cache, "release", "venv");
  rmSync(home, { recursive: true, force: true });
  const room = join(home, "room");
  mkdirSync(room, { recursive: true });
  const python = await install(folder, venv);
  // Named, because the folder lies in this checkout, whose own room is not to be met.
  const own = { AGENTCHAT_WORKSPACE: room, AGENTCHAT_TOKEN: "", AGENTCHAT_AUTH_TOKEN: "", PYTHONPATH: "" };
  const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, "state"), ...own };
  const program = (name) => join(venv, programs, name);
  const said = await run([program("chatbox"), "--version"], { cwd: home, env });
  if (said.trim() !== `chatbox ${version()}`) throw new Failure(`The wheel says it is ${said.trim()}.`);
  await run([program("agent-chat"), "--help"], { cwd: home, env });
  await up(program("chatbox"), { cwd: room, env });
  return python;
}

async function install(folder, venv) {
  const base = venvProgram("python");
  await run([base, "-m", "venv", "--clear", "--without-pip", venv]);
  const python = join(venv, programs, process.platform === "win32" ? "python.exe" : "python");
  const pip = [base, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet", "install"];
  await run([...pip, "--require-hashes", "--requirement", join(folder, "requirements.txt")], {
    advice: "pip could not install what the wheel needs. Check the network or your pip configuration.",
  });
  const [wheel] = readdirSync(folder).filter((name) => name.endsWith(".whl"));
  await run([...pip, "--no-deps", "--no-index", join(folder, wheel)]);
  return python;
}

/** `chatbox up` serves its page, and Ctrl-C ends it. */
async function up(program, options) {
  const child = spawn(program, ["up", "--json"], { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const limit = setTimeout(() => child.kill("SIGKILL"), startSecondsMax * 1000);
  try {
    await look(child.stdout);
  } finally {
    child.kill("SIGINT");
    await ended;
    clearTimeout(limit);
  }
  const code = await ended;
  if (code !== 0) throw new Failure(`\`chatbox up\` of the wheel ended with ${code}.`);
}

/** The page that it says it serves is there, with its script. */
async function look(stdout) {
  const { value: line = "{}" } = await createInterface({ input: stdout })[Symbol.asyncIterator]().next();
  const { url } = JSON.parse(line);
  const page = url && (await fetch(url));
  const text = page?.ok ? await page.text() : "";
  if (!text.includes("chatbox.js")) throw new Failure("`chatbox up` of the wheel serves no page.", text);
  const script = await fetch(`${url}/assets/chatbox.js`);
  if (!script.ok) throw new Failure(`The page of the wheel lacks its script (${script.status}).`);
}
