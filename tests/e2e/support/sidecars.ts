// The sidecar of a workspace, seen from outside: by its process and by what it leaves on disk.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

interface Endpoint {
  url: string;
  pid: number;
}

/** Where the owner of the folder's room is; undefined while there is none. */
export async function endpointOf(folder: string): Promise<Endpoint | undefined> {
  const file = join(folder, ".agentchat", "endpoint.json");
  if (!existsSync(file)) return undefined;
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return isEndpoint(value) ? value : undefined;
  } catch {
    // Being written right now.
    return undefined;
  }
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number";
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends the owner without giving it a chance to notice. */
export async function killOwner(folder: string): Promise<number> {
  const endpoint = await endpointOf(folder);
  if (endpoint === undefined) throw new Error("Nobody owns the room.");
  process.kill(endpoint.pid, "SIGKILL");
  return endpoint.pid;
}

/** For the end of a test: no process stays behind. */
export async function endOwner(folder: string): Promise<void> {
  const endpoint = await endpointOf(folder);
  if (endpoint !== undefined && isAlive(endpoint.pid)) process.kill(endpoint.pid, "SIGKILL");
}
