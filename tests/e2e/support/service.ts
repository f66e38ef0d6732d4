// `chatbox service` of the person whose VS Code it is, in the foreground, as a service manager runs it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { repositoryPython } from "./codeServer";

const READY_SECONDS_MAX = "30";

export interface Service {
  pid: number;
  stop(): Promise<void>;
}

/** Serves the room of `folder`, a folder of code-server's home, until it is stopped. */
export async function startService(folder: string): Promise<Service> {
  const home = dirname(folder);
  const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, "state") };
  const command = (name: string): string[] => [
    ...["-m", "chatbox", "service", name],
    ...["--config", join(home, "service.toml")],
  ];
  const ask = promisify(execFile);
  const wanted = ["--workspace", folder, "--port", await freePort()];
  await ask(repositoryPython, [...command("configure"), ...wanted], { env });
  const service = spawn(repositoryPython, command("run"), { env, stdio: "ignore" });
  const ended = once(service, "close");
  const stop = async (): Promise<void> => {
    service.kill("SIGTERM");
    await ended;
  };
  try {
    await ask(repositoryPython, [...command("health"), "--wait", READY_SECONDS_MAX], { env });
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: service.pid ?? 0, stop };
}

/** One that nobody listens on: of the usual ones another test's service may take the same. */
async function freePort(): Promise<string> {
  const held = createServer().listen(0, "127.0.0.1");
  await once(held, "listening");
  const address = held.address();
  held.close();
  await once(held, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return String(address.port);
}
