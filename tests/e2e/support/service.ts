// `chatbox service` of the person whose VS Code it is, in the foreground, as a service manager runs it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
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
  await ask(repositoryPython, [...command("configure"), "--workspace", folder], { env });
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
