// The HTML of the chat view: the page's own bundle, or what stands in its way. Nothing is loaded but what is named here.

export interface PageSources {
  /** What VS Code serves the extension's own files from. */
  cspSource: string;
  scriptUri: string;
  styleUri: string;
  nonce: string;
}

export function chatPage({ cspSource, scriptUri, styleUri, nonce }: PageSources): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource} data:`,
    `img-src ${cspSource} data: blob:`,
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(styleUri)}">
<title>ChatBox</title>
</head>
<body data-place="view">
<script nonce="${nonce}" src="${escaped(scriptUri)}"></script>
</body>
</html>`;
}

export interface Problem {
  title: string;
  paragraphs: readonly string[];
  /** Shown to be copied, one a line. */
  commands: readonly string[];
  afterwards: readonly string[];
  actions: readonly { title: string; command: string }[];
}

/** A page without a script: what is wrong, and what to do about it. */
export function problemPage(problem: Problem, nonce: string): string {
  const { title, paragraphs, commands, afterwards, actions } = problem;
  const code = commands.length === 0 ? "" : `<pre><code>${escaped(commands.join("\n"))}</code></pre>`;
  const links = actions.map(
    (one) => `<a class="button" href="command:${escaped(one.command)}">${escaped(one.title)}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>ChatBox</title>
<style nonce="${nonce}">
body { padding: 0 20px 20px; line-height: 1.5; }
h1 { font-size: 1.2em; font-weight: 600; margin: 1em 0 0.5em; }
p { margin: 0.6em 0; overflow-wrap: anywhere; }
pre { padding: 8px 10px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all;
  background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-widget-border, transparent); }
code { background: none; font-family: var(--vscode-editor-font-family); }
.button { display: block; max-width: 300px; margin: 8px auto; padding: 4px 10px; text-align: center; border-radius: 2px;
  text-decoration: none; color: var(--vscode-button-foreground); background: var(--vscode-button-background);
  border: 1px solid var(--vscode-button-border, transparent); }
.button:hover { color: var(--vscode-button-foreground); background: var(--vscode-button-hoverBackground); }
.button:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${prose(paragraphs)}
${code}
${prose(afterwards)}
${links.join("\n")}
</main>
</body>
</html>`;
}

function prose(paragraphs: readonly string[]): string {
  return paragraphs.map((one) => `<p>${escaped(one)}</p>`).join("\n");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
