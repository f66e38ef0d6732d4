import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inRoot } from "../../scripts/places.mjs";
import { compare } from "../../scripts/release.mjs";
import { section, version } from "../../scripts/version.mjs";

const changelog = `# Changelog

## 1.1.0 (unreleased)

What comes.

## 1.0.0 (2026-01-31)

What came.

## 0.9.0 (2025-12-01)
`;

describe("what the changelog says of a version", () => {
  it("is its section, up to the next one", () => {
    expect(section(changelog, "1.0.0", false)).toEqual({ date: "2026-01-31", notes: "What came." });
  });

  it("refuses a version without a section, or with an empty one", () => {
    expect(() => section(changelog, "1.2.0", true)).toThrow('no section "## 1.2.0');
    expect(() => section(changelog, "1.0", true)).toThrow("no section");
    expect(() => section(changelog, "0.9.0", true)).toThrow("says nothing of 0.9.0");
  });

  it("refuses one without a date, but for a trial", () => {
    expect(() => section(changelog, "1.1.0", false)).toThrow("put the day of the release there");
    expect(section(changelog, "1.1.0", true).notes).toBe("What comes.");
  });

  it("has one for the version of this checkout", () => {
    expect(section(readFileSync(inRoot("CHANGELOG.md"), "utf8"), version(), true).notes).not.toBe("");
  });
});

describe("two builds", () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "builds-"));
    for (const name of ["one", "two"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "same.whl"), "same");
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are a release when every file is the same", () => {
    expect(() => compare(join(folder, "one"), join(folder, "two"))).not.toThrow();
  });

  it("are none when one file differs or is missing, which is named", () => {
    writeFileSync(join(folder, "one", "a.vsix"), "1");
    writeFileSync(join(folder, "two", "a.vsix"), "2");
    writeFileSync(join(folder, "two", "b.tar.gz"), "only here");
    expect(() => compare(join(folder, "one"), join(folder, "two"))).toThrow("a.vsix, b.tar.gz");
  });
});

it("one place says the version, and the others repeat it", () => {
  for (const file of ["package.json", "extension/package.json"]) {
    expect(JSON.parse(readFileSync(inRoot(file), "utf8")).version).toBe(version());
  }
  const lock = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8"));
  expect([lock.version, lock.packages[""].version, lock.packages.extension.version]).toEqual(
    Array(3).fill(version()),
  );
  expect(readFileSync(inRoot("pyproject.toml"), "utf8")).toContain('dynamic = ["version"]');
});
