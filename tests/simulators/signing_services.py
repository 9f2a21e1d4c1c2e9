"""What signing needs of others, simulated in one program: certificate authorities and a mobile operator.

Nothing signed with it is legally valid. Two neighbouring ports on loopback; keys are made anew at each start.

    python -m tests.simulators.signing_services --port 9003 --folder var/ca --secret … --phone 84900000001="Người Ví Dụ"
    http://127.0.0.1:9004/phones/84900000001    the handset (PIN 246810)
"""

import argparse
import sys
from pathlib import Path
from threading import Thread

from tests.simulators.certificate_authority import NOTICE, serve
from tests.simulators.mobile_operator import Operator


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=NOTICE)
    parser.add_argument("--port", type=int, default=9003)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--ap", default="tinh")
    parser.add_argument("--secret", required=True)
    parser.add_argument("--phone", action="append", default=[], metavar="NUMBER=NAME")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    server, made = serve(asked.folder, port=asked.port)
    Thread(target=server.serve_forever, daemon=True).start()
    operator = Operator(made.folder, ap=asked.ap, secret=asked.secret, port=asked.port + 1)
    for one in asked.phone:
        number, _, name = one.partition("=")
        operator.subscribe(number, name)
    print(f"{NOTICE}\n{made.origin} {operator.address}", flush=True)
    try:
        operator.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
