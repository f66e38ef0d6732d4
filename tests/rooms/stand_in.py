"""Run as a program: says what `cloudflared` and `ngrok` say, in the way they say it, and runs until it is ended.

The real ones need the internet. `STAND_IN` picks another behaviour; the process's number goes to `STAND_IN_PID`.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

HOST = "quick-brown-fox.trycloudflare.com"
NGROK_HOST = "0a1b-203-0-113-7.ngrok-free.app"
STAMP = "2026-09-30T07:31:17Z INF"


def cloudflared(behaviour: str) -> None:
    say = sys.stderr.write
    say(f"{STAMP} Requesting new quick Tunnel on trycloudflare.com...\n")
    if behaviour == "fails":
        say('failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: no such host\n')
        raise SystemExit(1)
    if behaviour == "silent":
        return
    say(f"{STAMP} {'x' * 200_000}\n")
    say(f"{STAMP} |  https://{HOST}                                                |\n")
    say(f"{STAMP} Registered tunnel connection connIndex=0 event=0 location=fra08 protocol=http2\n")


def ngrok(behaviour: str) -> None:
    say = sys.stdout.write
    if behaviour == "fails":
        say("ERROR:  authentication failed: Usage of ngrok requires a verified account. ERR_NGROK_4018\n")
        raise SystemExit(1)
    said = {"lvl": "info", "msg": "no configuration paths supplied", "t": "2026-09-30T02:40:00Z"}
    say(json.dumps(said) + "\n")
    said = {"addr": sys.argv[2], "lvl": "info", "msg": "started tunnel", "url": f"https://{NGROK_HOST}"}
    say(json.dumps(said) + "\n")


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    noted = os.environ.get("STAND_IN_PID")
    if noted:
        Path(noted).write_text(json.dumps({"pid": os.getpid(), "arguments": sys.argv[1:]}))
    behaviour = os.environ.get("STAND_IN", "")
    (ngrok if Path(sys.argv[0]).name.startswith("ngrok") else cloudflared)(behaviour)
    sys.stdout.flush()
    sys.stderr.flush()
    if behaviour == "ends":
        return
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
