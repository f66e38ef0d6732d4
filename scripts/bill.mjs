// What a release is made of: two bills of materials (CycloneDX) and the licences, each from a tool of its ecosystem.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledPackages } from "./build.mjs";
import { inRoot, npmCommand, venvProgram } from "./places.mjs";
import { run } from "./progress.mjs";

const pythonBill = (folder) => join(folder, "sbom-python.cdx.json");
const nodeBill = (folder) => join(folder, "sbom-extension.cdx.json");

const fullName = ({ group, name }) => (group ? `${group}/${name}` : name);

/** Of the wheel with what it needs, as installed into the environment of `python`. */
async function billOfPython(python, folder) {
  const command = [
    venvProgram("cyclonedx-py"),
    "environment",
    "--output-reproducible",
    "--output-format",
    "JSON",
  ];
  const about = ["--pyproject", inRoot("pyproject.toml"), "--mc-type", "application"];
  await run([...command, ...about, "--output-file", pythonBill(folder), python]);
}

/** Of the extension and the web page: npm names every package of the checkout, and only the bundled ones are shipped. */
async function billOfNode(folder) {
  const said = await run([...npmCommand(), "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]);
  const bill = JSON.parse(said);
  const bundled = new Set(await bundledPackages());
  bill.components = bill.components
    .filter((part) => bundled.has(`${fullName(part)}@${part.version}`))
    .sort((one, other) => (one["bom-ref"] < other["bom-ref"] ? -1 : 1));
  const kept = new Set([
    bill.metadata.component["bom-ref"],
    ...bill.components.map((part) => part["bom-ref"]),
  ]);
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  // What differs between two runs.
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  writeFileSync(nodeBill(folder), `${JSON.stringify(bill, null, 2)}\n`);
}

const licence = ({ licenses = [] }) =>
  licenses.map(({ license, expression }) => expression ?? license.id ?? license.name).join(", ") ||
  "not said";

const rows = (file) =>
  JSON.parse(readFileSync(file, "utf8"))
    .components.map((part) => `${fullName(part)}\t${part.version}\t${licence(part)}`)
    .sort();

/** Writes both bills and the list of licences into `folder`. */
export async function writeBills(python, folder) {
  await billOfPython(python, folder);
  await billOfNode(folder);
  const parts = [
    ["The sidecar, as pip installs it", pythonBill(folder)],
    ["The extension and the web page", nodeBill(folder)],
  ];
  const text = parts.map(([title, file]) => [title, "", ...rows(file), ""].join("\n"));
  writeFileSync(join(folder, "LICENCES.txt"), `${text.join("\n")}`);
}
