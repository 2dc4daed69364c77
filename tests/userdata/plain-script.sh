#!/bin/bash
set -euo pipefail
install -d /opt/app
