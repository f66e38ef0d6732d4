// Where a file that a message refers to would be.
import { isAbsolute, relative, resolve, sep } from "node:path";

/** The absolute path when it is inside of `folder`, else undefined. */
export function inside(folder: string, path: string): string | undefined {
  // A share or a device on Windows is not asked for at all, not even to find out where it leads.
  if (path.includes("\0") || /^[/\\]{2}/.test(path)) return undefined;
  const resolved = resolve(folder, path);
  const way = relative(folder, resolved);
  return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : resolved;
}
