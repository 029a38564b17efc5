"""A systemd unit around `casm server run`, closed to everything the server has no use for."""

import sys

from web.front.layout import FrontLayout
from web.front.settings import FrontSettings

UNIT = """[Unit]
Description=CASM pages and map
After=network-online.target
Wants=network-online.target

[Service]
User={user}
Environment=CASM_DATA_DIR={data_dir}
EnvironmentFile=-{data_dir}/server/environment
ExecStart={casm} server run
ExecReload={casm} server reload
ExecStop={casm} server stop
# The database is a daemon of the data folder; ended here it needs no recovery at the next start.
ExecStop=-{casm} db stop
Restart=on-failure
RestartSec=5
TimeoutStartSec=600
TimeoutStopSec=120
LimitNOFILE=20000
UMask=0077
{capabilities}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome={protect_home}
ReadWritePaths={data_dir} /tmp /dev/shm
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""
LAST_PRIVILEGED_PORT = 1023


def unit_text(layout: FrontLayout, settings: FrontSettings, user: str) -> str:
    """The unit for these settings; ports below 1024 are opened by that one right, not by root's."""
    casm = sys.executable.rpartition("/")[0] + "/casm"
    needs_right = any(0 < port <= LAST_PRIVILEGED_PORT for port in (settings.port, settings.redirect_port))
    right = "CAP_NET_BIND_SERVICE" if needs_right else ""
    return UNIT.format(
        user=user, data_dir=layout.data_dir, casm=casm,
        capabilities=f"AmbientCapabilities={right}\nCapabilityBoundingSet={right}",
        protect_home="yes" if not casm.startswith(("/home/", "/root/")) else "read-only",
    )  # fmt: skip
