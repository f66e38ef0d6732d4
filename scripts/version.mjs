// Which version this is, and what the changelog says of it.
import { readFileSync } from "node:fs";
import { inRoot } from "./places.mjs";
import { Failure } from "./progress.mjs";

/** The version; `sidecar/chatbox/__init__.py` is the one place that says it. */
export function version() {
  const said = readFileSync(inRoot("sidecar", "chatbox", "__init__.py"), "utf8");
  const found = /^__version__ = "(\d+\.\d+\.\d+)"$/m.exec(said);
  if (!found) throw new Failure("sidecar/chatbox/__init__.py says no version such as 1.2.3.");
  return found[1];
}

/**
 * The changelog's section of a version, as { date, notes }. Fails when there is none or it says nothing, and when it is
 * still "unreleased", unless this `isTrial`.
 */
export function section(changelog, of, isTrial) {
  const pattern = String.raw`^## ${of.replaceAll(".", String.raw`\.`)} \((\S+)\)$`;
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => new RegExp(pattern).test(line));
  if (start < 0) {
    throw new Failure(
      `CHANGELOG.md has no section "## ${of} (YYYY-MM-DD)": write what changed, then run this again.`,
    );
  }
  const [, date] = new RegExp(pattern).exec(lines[start]);
  if (!isTrial && !/^\d{4}-\d\d-\d\d$/.test(date)) {
    throw new Failure(
      `CHANGELOG.md says ${of} is ${date}: put the day of the release there, or try with --trial.`,
    );
  }
  const end = lines.findIndex((line, number) => number > start && line.startsWith("## "));
  const notes = lines
    .slice(start + 1, end < 0 ? undefined : end)
    .join("\n")
    .trim();
  if (!notes)
    throw new Failure(`CHANGELOG.md says nothing of ${of}: write what changed, then run this again.`);
  return { date, notes };
}
